/** What a parser of untrusted bytes returns: the value, or one sentence that says what is wrong with them. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

export function parsed<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function malformed(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}
