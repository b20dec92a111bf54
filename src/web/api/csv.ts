/** A column's name and its value; undefined is an empty field. */
export type Column<T> = readonly [name: string, value: (row: T) => string | number | undefined];

/**
 * RFC 4180 with a line of names, page by page. Text that a spreadsheet would take for a formula is quoted with an
 * apostrophe before it.
 */
export async function* csv<T>(
  columns: readonly Column<T>[],
  pages: AsyncIterable<readonly T[]>,
): AsyncGenerator<string> {
  yield `${columns.map(([name]) => name).join(',')}\r\n`;
  for await (const rows of pages)
    if (rows.length > 0)
      yield rows.map((row) => `${columns.map(([, value]) => field(value(row))).join(',')}\r\n`).join('');
}

function field(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
