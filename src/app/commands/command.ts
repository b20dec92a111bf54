import { type ParseArgsConfig, parseArgs } from 'node:util';

/** One command of the program. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** What follows the command's name, e.g. `[--config FILE]`. */
  readonly parameters: string;
  /** For `--help`. */
  readonly about: string;
  /** Returns the exit code. */
  run(words: readonly string[]): Promise<number>;
}

/** Words that were not understood; the message says which and what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `parseArgs` of node:util, strict, with its complaints as `UsageError`. */
export function parseWords<const Options extends NonNullable<ParseArgsConfig['options']>>(
  words: readonly string[],
  options: Options,
  positionals = 0,
) {
  try {
    const parsed = parseArgs({ args: [...words], options, allowPositionals: positionals > 0, strict: true });
    if (parsed.positionals.length > positionals)
      throw new UsageError(`expected at most ${positionals} names, got ${parsed.positionals.length}`);
    return parsed;
  } catch (failure) {
    throw failure instanceof UsageError ? failure : new UsageError((failure as Error).message);
  }
}

/** A whole number within bounds from an option's text. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`--${option} takes a whole number from ${least} to ${most}, got '${text}'`);
}
