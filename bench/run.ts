/**
 * npm run bench -- NAME [options]: runs bench/NAME.ts and prints its figures, the last line as one JSON object.
 * A bench exports `run`; what it prints of its own goes to standard error, so that `--json` leaves one line.
 */
import { access } from 'node:fs/promises';
import { join } from 'node:path';

export type Figures = Readonly<Record<string, number | string>>;

/** Options after the name, as `--seconds 30` or `--json`; numbers as numbers. */
export type BenchOptions = Readonly<Record<string, number | string | true>>;

interface Bench {
  readonly run?: (options: BenchOptions) => Promise<Figures>;
}

const [name, ...rest] = process.argv.slice(2);
const file = join(import.meta.dirname, `${name}.ts`);
if (name === undefined || !/^[a-z-]+$/.test(name) || name === 'run' || !(await exists(file))) {
  process.stderr.write(
    'usage: npm run bench -- NAME [--json] [options]; the names are the files in bench/\n',
  );
  process.exit(2);
}
// Benches that are programs of their own read their options themselves.
process.argv = [process.argv[0]!, file, ...rest];
const bench = (await import(file)) as Bench;
if (bench.run !== undefined) {
  const options = parseOptions(rest);
  const figures = await bench.run(options);
  if (options['json'] !== true) console.table(figures);
  console.log(JSON.stringify(figures));
  process.exit();
}

function parseOptions(args: readonly string[]): BenchOptions {
  const options: Record<string, number | string | true> = {};
  for (let at = 0; at < args.length; at++) {
    const name = args[at]!.replace(/^--/, '');
    const value = args[at + 1];
    if (value === undefined || value.startsWith('--')) options[name] = true;
    else {
      options[name] = Number.isNaN(Number(value)) ? value : Number(value);
      at++;
    }
  }
  return options;
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
