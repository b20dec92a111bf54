/**
 * Every check of the project, in the order in which a mistake is cheapest to see. Prints each check's own output where it
 * fails and ends with `N passed, N failed`, counting every test and every other check as one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const filters = process.argv.slice(2);
const bin = (name: string) => join('node_modules', '.bin', name);

const checks: readonly (readonly [name: string, command: readonly string[]])[] = [
  ['types of the server', [bin('tsc'), '--noEmit', '-p', '.']],
  ['types of the console', [bin('tsc'), '--noEmit', '-p', 'src/web/ui']],
  ['types of the scene renderer', [bin('tsc'), '--noEmit', '-p', 'scripts/scenes/page']],
  ['lint and format', [bin('biome'), 'check', '--error-on-warnings', '.']],
  ['dead code', [bin('knip'), '--no-progress']],
];

let passed = 0;
let failed = 0;

if (filters.length === 0) {
  for (const [name, command] of checks) {
    const [program = '', ...parameters] = command;
    const run = spawnSync(program, parameters, { encoding: 'utf8' });
    if (run.status === 0) {
      passed += 1;
      console.log(`ok    ${name}`);
    } else {
      failed += 1;
      console.log(`FAIL  ${name}\n${run.stdout ?? ''}${run.stderr ?? ''}${run.error?.message ?? ''}`);
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'ngatu-test-'));
const report = join(folder, 'vitest.json');
const vitest = spawnSync(
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters],
  { stdio: 'inherit' },
);
if (existsSync(report)) {
  const result = JSON.parse(readFileSync(report, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    testResults: { status: string; assertionResults: unknown[] }[];
  };
  // A file that does not even load has no failed tests of its own.
  const broken = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  passed += result.numPassedTests;
  failed += result.numFailedTests + broken.length;
}
if (vitest.status !== 0 && failed === 0) failed += 1;
rmSync(folder, { recursive: true, force: true });

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
