import { type Candidate, type Head, probability, rawThreshold, type Size } from '../candidate.ts';
import type { HeadOf } from '../description.ts';

/** SSD as TensorFlow exports it: boxes already decoded, corners in fractions; scores per class, or one score and its class. */
export function ssdHead(description: HeadOf<'ssd'>, labels: number): Head {
  const { boxes, order, scores, scoresAre, classes, firstLabel } = description;
  const width = labels + firstLabel;
  return {
    expects() {
      if (classes === undefined) return { [boxes]: [1, null, 4], [scores]: [1, null, width] };
      return { [boxes]: [1, null, 4], [scores]: [1, null], [classes]: [1, null] };
    },
    read(outputs, input, least) {
      const corners = outputs[boxes]!.data;
      const values = outputs[scores]!.data;
      const threshold = rawThreshold(least, scoresAre);
      const labelOf = classes === undefined ? undefined : outputs[classes]!.data;
      const found: Candidate[] = [];
      for (let i = 0; i < values.length; i++) {
        if (values[i]! < threshold) continue;
        const label = Math.round(labelOf?.[i] ?? i % width) - firstLabel;
        if (label < 0 || label >= labels) continue;
        const row = labelOf === undefined ? Math.floor(i / width) : i;
        found.push({
          label,
          score: probability(values[i]!, scoresAre),
          ...box(corners, row * 4, order, input),
        });
      }
      return found;
    },
  };
}

function box(data: Float32Array, at: number, order: 'xyxy' | 'yxyx', { width, height }: Size) {
  const [x, y] = order === 'xyxy' ? [0, 1] : [1, 0];
  return {
    left: data[at + x]! * width,
    top: data[at + y]! * height,
    right: data[at + 2 + x]! * width,
    bottom: data[at + 2 + y]! * height,
  };
}
