/**
 * What hostile cameras can do: mutated sessions through everything that reads them. An input that breaks a promise, takes too
 * long or is remembered for ever is kept in test-fixtures/rtsp and named.
 *
 *     npm run bench -- fuzz --json [--inputs 1000000] [--first 0]
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FuzzCounts, mutated, numbersFrom, seeds, survive } from '../test/support/fuzz.ts';
import type { BenchOptions, Figures } from './run.ts';

const TOO_LONG_MS = 1000;
const REPORT_EVERY = 50_000;
const folder = join(import.meta.dirname, '../test-fixtures/rtsp');

export async function run(options: BenchOptions): Promise<Figures> {
  const inputs = Number(options.inputs ?? 1_000_000);
  const first = Number(options.first ?? 0);
  const all = seeds();
  const total: FuzzCounts = {
    inputs: 0,
    bytes: 0,
    messages: 0,
    packets: 0,
    pictures: 0,
    damaged: 0,
    problems: 0,
  };
  let slowestMs = 0;
  let failures = 0;
  const began = performance.now();
  for (let nth = first; nth < first + inputs; nth++) {
    const random = numbersFrom(nth);
    const input = mutated(all, random);
    const before = performance.now();
    const failure = await survive(input, random, total).then(
      () => undefined,
      (reason: Error) => reason,
    );
    const tookMs = performance.now() - before;
    slowestMs = Math.max(slowestMs, tookMs);
    if (failure !== undefined || tookMs > TOO_LONG_MS) {
      failures++;
      await writeFile(join(folder, `failure-${nth}.bin`), input);
      process.stderr.write(`input ${nth}: ${failure?.stack ?? `took ${Math.round(tookMs)} ms`}\n`);
    }
    if ((nth + 1 - first) % REPORT_EVERY === 0)
      process.stderr.write(
        `${nth + 1 - first} inputs, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MiB\n`,
      );
  }
  return {
    ...total,
    failures,
    slowestMs: Math.round(slowestMs),
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    seconds: Math.round((performance.now() - began) / 1000),
  };
}
