import { type Box, overlap } from '../../src/base/index.ts';
import { assign } from '../../src/perception/track/assign.ts';

/** One picture: who is truly there, and what the tracker tells. */
export interface Scene {
  readonly truth: readonly { readonly id: number; readonly box: Box; readonly kind: string }[];
  readonly told: readonly { readonly id: number; readonly box: Box; readonly kind: string }[];
}

/** Share and counts as the CLEAR MOT and IDF1 measures define them, at IoU 0.5 (or `same`). */
export interface TrackMarks {
  /** 1 - (missed + false + switches) / true boxes. */
  readonly mota: number;
  /** Of the best pairing of true and told identities over the whole time: 2 × shared / (true + told). */
  readonly idf1: number;
  readonly switches: number;
  readonly missed: number;
  readonly false_: number;
  readonly boxes: number;
  /** Share of matched boxes whose kind is right. */
  readonly kindsRight: number;
}

export function markTracks(scenes: readonly Scene[], same = 0.5): TrackMarks {
  const last = new Map<number, number>();
  const together = new Map<string, number>();
  const trueBoxes = new Map<number, number>();
  const toldBoxes = new Map<number, number>();
  let switches = 0;
  let matched = 0;
  let kindsRight = 0;
  for (const { truth, told } of scenes) {
    for (const { id } of truth) trueBoxes.set(id, (trueBoxes.get(id) ?? 0) + 1);
    for (const { id } of told) toldBoxes.set(id, (toldBoxes.get(id) ?? 0) + 1);
    const costs = truth.map((one) =>
      told.map((other) => {
        const shared = overlap(one.box, other.box);
        // Keeping last time's partner comes first, as CLEAR MOT asks for.
        return shared < same ? Infinity : (last.get(one.id) === other.id ? 0 : 2) - shared;
      }),
    );
    for (const [i, column] of assign(costs, told.length).entries()) {
      if (column < 0) continue;
      const one = truth[i]!;
      const other = told[column]!;
      matched++;
      if (one.kind === other.kind) kindsRight++;
      if (last.has(one.id) && last.get(one.id) !== other.id) switches++;
      last.set(one.id, other.id);
      const key = `${one.id} ${other.id}`;
      together.set(key, (together.get(key) ?? 0) + 1);
    }
  }
  const boxes = sum(trueBoxes);
  const missed = boxes - matched;
  const false_ = sum(toldBoxes) - matched;
  return {
    mota: 1 - (missed + false_ + switches) / boxes,
    idf1: (2 * sharedIdentity(together, trueBoxes, toldBoxes)) / (boxes + sum(toldBoxes)),
    switches,
    missed,
    false_,
    boxes,
    kindsRight: kindsRight / Math.max(1, matched),
  };
}

function sharedIdentity(
  together: Map<string, number>,
  truth: Map<number, number>,
  told: Map<number, number>,
): number {
  const columns = [...told.keys()];
  const rows = [...truth.keys()];
  const costs = rows.map((one) =>
    columns.map((other) => {
      const shared = together.get(`${one} ${other}`);
      return shared === undefined ? Infinity : -shared;
    }),
  );
  return assign(costs, columns.length).reduce(
    (whole, column, row) => whole + (column < 0 ? 0 : -costs[row]![column]!),
    0,
  );
}

function sum(counts: Map<number, number>): number {
  return [...counts.values()].reduce((whole, count) => whole + count, 0);
}
