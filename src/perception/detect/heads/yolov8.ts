import { type Candidate, type Head, probability, rawThreshold } from '../candidate.ts';
import type { HeadOf } from '../description.ts';

/** YOLOv8 and those that export like it (v9, v11): centre, size and a score per class for each place, no objectness. */
export function yolov8Head({ output, layout, scoresAre }: HeadOf<'yolov8'>, labels: number): Head {
  const planar = layout === 'planar';
  return {
    expects: () => ({ [output]: planar ? [1, 4 + labels, null] : [1, null, 4 + labels] }),
    read(outputs, _input, least) {
      const { data } = outputs[output]!;
      const count = data.length / (4 + labels);
      const [step, stride] = planar ? [count, 1] : [1, 4 + labels];
      const threshold = rawThreshold(least, scoresAre);
      const found: Candidate[] = [];
      for (let place = 0; place < count; place++) {
        const at = place * stride;
        for (let label = 0; label < labels; label++) {
          const raw = data[at + (4 + label) * step]!;
          if (raw >= threshold)
            found.push({ label, score: probability(raw, scoresAre), ...box(data, at, step) });
        }
      }
      return found;
    },
  };
}

function box(data: Float32Array, at: number, step: number) {
  const x = data[at]!;
  const y = data[at + step]!;
  const halfWidth = data[at + 2 * step]! / 2;
  const halfHeight = data[at + 3 * step]! / 2;
  return { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight };
}
