/**
 * Pairs rows with columns so that the sum of their costs is least (Kuhn and Munkres, by shortest augmenting paths).
 * A row may stay alone at the cost of `alone`; a cost that is not finite forbids a pair. For each row its column, or -1.
 * Takes n² m steps for n rows and m columns; n may exceed m.
 */
export function assign(costs: readonly (readonly number[])[], columns: number, alone = 1e6): number[] {
  const rows = costs.length;
  if (rows === 0 || columns === 0) return costs.map(() => -1);
  // As many columns that mean "nothing" as there are rows: every row can stay alone.
  const width = columns + rows;
  const forbidden = 4 * Math.abs(alone) * rows;
  const cost = (row: number, column: number): number => {
    if (column >= columns) return alone;
    const given = costs[row]![column]!;
    return Number.isFinite(given) ? given : forbidden;
  };
  const rowOf = solve(rows, width, cost);
  const columnOf = new Array<number>(rows).fill(-1);
  for (let column = 0; column < columns; column++) {
    const row = rowOf[column]!;
    if (row >= 0 && Number.isFinite(costs[row]![column]!)) columnOf[row] = column;
  }
  return columnOf;
}

/** For each column its row or -1; every row gets one. Needs at least as many columns as rows. */
function solve(rows: number, columns: number, cost: (row: number, column: number) => number): Int32Array {
  const rowPrice = new Float64Array(rows);
  const columnPrice = new Float64Array(columns);
  const rowOf = new Int32Array(columns).fill(-1);
  const cameFrom = new Int32Array(columns);
  const distance = new Float64Array(columns);
  const settled = new Uint8Array(columns);

  for (let start = 0; start < rows; start++) {
    distance.fill(Infinity);
    settled.fill(0);
    cameFrom.fill(-1);
    let row = start;
    let column = -1;
    let travelled = 0;
    for (;;) {
      let nearest = -1;
      for (let next = 0; next < columns; next++) {
        if (settled[next] === 1) continue;
        const through = travelled + cost(row, next) - rowPrice[row]! - columnPrice[next]!;
        if (through < distance[next]!) {
          distance[next] = through;
          cameFrom[next] = column;
        }
        if (nearest < 0 || distance[next]! < distance[nearest]!) nearest = next;
      }
      column = nearest;
      settled[column] = 1;
      travelled = distance[column]!;
      if (rowOf[column]! < 0) break;
      row = rowOf[column]!;
    }
    reprice(start, travelled);
    for (let at = column; at >= 0; ) {
      const before = cameFrom[at]!;
      rowOf[at] = before < 0 ? start : rowOf[before]!;
      at = before;
    }
  }
  return rowOf;

  function reprice(start: number, travelled: number): void {
    rowPrice[start] = rowPrice[start]! + travelled;
    for (let at = 0; at < columns; at++) {
      if (settled[at] === 0 || rowOf[at]! < 0) continue;
      const slack = travelled - distance[at]!;
      columnPrice[at] = columnPrice[at]! - slack;
      rowPrice[rowOf[at]!] = rowPrice[rowOf[at]!]! + slack;
    }
  }
}
