import { type Box, overlap } from '../../src/base/index.ts';

/** What was found in one picture, and what is truly there. */
export interface Judged {
  readonly found: readonly { readonly box: Box; readonly confidence: number }[];
  readonly truth: readonly Box[];
}

export interface Marks {
  /** Area under precision over recall at IoU 0.5, all points. */
  readonly ap50: number;
  /** Share of the truth that was found at any confidence, and at that of everyday use. */
  readonly recall: number;
  readonly recallInUse: number;
  readonly precisionInUse: number;
}

const SAME = 0.5;

/** Average precision as PASCAL VOC 2010 defines it: surest first, each true box once. */
export function mark(pictures: readonly Judged[], confidenceInUse: number): Marks {
  const positives = pictures.reduce((sum, { truth }) => sum + truth.length, 0);
  const hits = pictures.flatMap(hitsOf).sort((a, b) => b.confidence - a.confidence);
  const curve: { recall: number; precision: number; confidence: number }[] = [];
  let right = 0;
  for (const [i, { hit, confidence }] of hits.entries()) {
    if (hit) right++;
    curve.push({ recall: right / positives, precision: right / (i + 1), confidence });
  }
  let area = 0;
  let best = 0;
  for (let i = curve.length - 1; i >= 0; i--) {
    best = Math.max(best, curve[i]!.precision);
    area += best * (curve[i]!.recall - (curve[i - 1]?.recall ?? 0));
  }
  const inUse = curve.findLast(({ confidence }) => confidence >= confidenceInUse);
  return {
    ap50: area,
    recall: curve.at(-1)?.recall ?? 0,
    recallInUse: inUse?.recall ?? 0,
    precisionInUse: inUse?.precision ?? 0,
  };
}

function hitsOf({ found, truth }: Judged): { confidence: number; hit: boolean }[] {
  const taken = new Set<number>();
  return [...found]
    .sort((a, b) => b.confidence - a.confidence)
    .map(({ box, confidence }) => {
      let best = -1;
      let most = SAME;
      for (const [i, true_] of truth.entries()) {
        const shared = taken.has(i) ? 0 : overlap(box, true_);
        if (shared >= most) [best, most] = [i, shared];
      }
      if (best >= 0) taken.add(best);
      return { confidence, hit: best >= 0 };
    });
}
