import { isMap, isScalar, parseDocument, type Scalar, visit } from 'yaml';

/** What stands in for a password that was given literally. */
const SECRET = '[secret]';

/** The text as it may be shown: passwords hidden, names of environment variables left, comments and order kept. */
export function withoutSecrets(text: string): string {
  return replaced(text, ({ value }) => (/^\$\{\w+\}$/.test(String(value)) ? undefined : SECRET));
}

/** Puts back what `withoutSecrets` hid, from the text it was made of; what cannot be found stays `[secret]`. */
export function withSecrets(shown: string, original: string): string {
  const known = new Map<string, unknown>();
  eachPassword(parseDocument(original), (scalar, path) => known.set(path, scalar.value));
  return replaced(shown, ({ value }, path) => (value === SECRET ? known.get(path) : undefined));
}

export function hasHiddenSecrets(text: string): boolean {
  let found = false;
  eachPassword(parseDocument(text), ({ value }) => {
    found ||= value === SECRET;
  });
  return found;
}

/** Cuts only the scalars out of the text, so that nothing else changes by a byte. */
function replaced(text: string, by: (scalar: Scalar, path: string) => unknown): string {
  const cuts: { from: number; to: number; value: unknown }[] = [];
  eachPassword(parseDocument(text), (scalar, path) => {
    const value = by(scalar, path);
    if (value !== undefined && scalar.range) cuts.push({ from: scalar.range[0], to: scalar.range[1], value });
  });
  return cuts
    .sort((a, b) => b.from - a.from)
    .reduce((now, { from, to, value }) => now.slice(0, from) + JSON.stringify(value) + now.slice(to), text);
}

/**
 * `path` names the place in a way that survives insertions: list items by their `id` where they have one.
 */
function eachPassword(
  document: ReturnType<typeof parseDocument>,
  take: (scalar: Scalar, path: string) => void,
): void {
  visit(document, {
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.key) || pair.key.value !== 'password' || !isScalar(pair.value)) return;
      const steps = ancestors.flatMap((node) => {
        if (isMap(node)) return [String(node.get('id') ?? '')];
        return 'key' in node && isScalar(node.key) ? [String(node.key.value)] : [];
      });
      take(pair.value, steps.join('/'));
    },
  });
}
