/** One mistake in the configuration, where it is and what to do about it. */
export interface Problem {
  /** As given on the command line or in `include`. */
  readonly file: string;
  /** Counted from 1; undefined where the file as a whole is meant. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** What was expected and what came. Never a secret. */
  readonly message: string;
  /** What to write instead, where that can be guessed. */
  readonly suggestion: string | undefined;
}

/** `streams.yaml:12:5: unknown key 'nmae' (did you mean 'name'?)`, the form that editors jump to. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  return `${place}: ${problem.message}${problem.suggestion === undefined ? '' : ` (${problem.suggestion})`}`;
}

/** `did you mean 'x'?` for the nearest of `known`, if one is near enough to be a slip of the keyboard. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), least);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best === undefined ? undefined : `did you mean '${best}'?`;
}

/** Restricted Damerau–Levenshtein distance: swapped neighbours count once. Gives up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      const replace = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, replace, swap));
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
