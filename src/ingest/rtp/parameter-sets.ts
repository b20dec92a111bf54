import type { Parsed } from '#codec';

/** Far more than any real set has; keeps what a hostile camera can make us hold small. */
const MAX_SET_BYTES = 4096;

interface ParameterSet<T> {
  readonly nal: Buffer;
  readonly facts: T;
}

/** The parameter sets of one kind, the newest of each id. */
export class ParameterSets<T extends { readonly id: number }> {
  readonly #parse: (nal: Buffer) => Parsed<T>;
  readonly #sets = new Map<number, ParameterSet<T>>();
  /** Why the last one that was not taken was malformed. */
  problem: string | undefined;

  constructor(parse: (nal: Buffer) => Parsed<T>) {
    this.#parse = parse;
  }

  /** Copies what is new. False where nothing changes, as with the set that a camera repeats before every keyframe. */
  add(nal: Buffer): boolean {
    for (const known of this.#sets.values()) if (known.nal.equals(nal)) return false;
    const outcome = nal.length > MAX_SET_BYTES ? tooLong(nal.length) : this.#parse(nal);
    if (!outcome.ok) {
      this.problem = outcome.problem;
      return false;
    }
    this.#sets.set(outcome.value.id, { nal: Buffer.from(nal), facts: outcome.value });
    return true;
  }

  get(id: number): ParameterSet<T> | undefined {
    return this.#sets.get(id);
  }

  /** The bytes of all that fit, by ascending id. */
  nals(fits: (facts: T) => boolean): Buffer[] {
    return [...this.#sets.values()]
      .filter((set) => fits(set.facts))
      .sort((a, b) => a.facts.id - b.facts.id)
      .map((set) => set.nal);
  }
}

function tooLong(bytes: number) {
  return { ok: false, problem: `parameter set of ${bytes} bytes is too long` } as const;
}

/** Whether two lists hold the same bytes. */
export function sameNals(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  return a.length === b.length && a.every((nal, i) => nal.equals(b[i]!));
}
