import { type Candidate, type Head, sigmoid } from '../candidate.ts';
import type { HeadOf } from '../description.ts';

/** DETR and its kin (RT-DETR, D-FINE, RF-DETR): a fixed number of queries, each with class logits and one box in fractions. */
export function detrHead({ scores, scoresAre, boxes }: HeadOf<'detr'>, labels: number): Head {
  const width = scoresAre === 'softmax' ? labels + 1 : labels;
  return {
    expects: () => ({ [scores]: [1, null, width], [boxes]: [1, null, 4] }),
    read(outputs, input, least) {
      const logits = outputs[scores]!.data;
      const centres = outputs[boxes]!.data;
      const found: Candidate[] = [];
      for (let query = 0; query < logits.length / width; query++) {
        const share = scoresAre === 'softmax' ? softmaxShare(logits, query * width, width) : sigmoid;
        for (let label = 0; label < labels; label++) {
          const score = share(logits[query * width + label]!);
          if (score >= least) found.push({ label, score, ...box(centres, query * 4, input) });
        }
      }
      return found;
    },
  };
}

/** Softmax over `width` logits from `at`, as a function of one of them. */
function softmaxShare(logits: Float32Array, at: number, width: number): (logit: number) => number {
  let most = -Infinity;
  for (let i = 0; i < width; i++) most = Math.max(most, logits[at + i]!);
  let whole = 0;
  for (let i = 0; i < width; i++) whole += Math.exp(logits[at + i]! - most);
  return (logit) => Math.exp(logit - most) / whole;
}

function box(data: Float32Array, at: number, { width, height }: { width: number; height: number }) {
  const x = data[at]! * width;
  const y = data[at + 1]! * height;
  const halfWidth = (data[at + 2]! * width) / 2;
  const halfHeight = (data[at + 3]! * height) / 2;
  return { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight };
}
