import type { Size } from '../candidate.ts';
import type { ModelDescription } from '../description.ts';

type Input = ModelDescription['input'];

/** RGB bytes, row by row, as the numbers that a graph's input expects. */
export type Prepare = (pixels: Uint8Array, size: Size) => Uint8Array | Float32Array;

/**
 * How pictures are prepared for this input. Nothing is done, and nothing copied, where the graph takes the bytes as they are;
 * otherwise the result is overwritten by the next call.
 */
export function preparation(input: Input): Prepare {
  if (input.type === 'uint8' && input.layout === 'nhwc' && input.colours === 'rgb') return (pixels) => pixels;
  const tables = lookUps(input);
  let kept: Uint8Array | Float32Array = new Uint8Array(0);
  return (pixels, { width, height }) => {
    const values = width * height * 3;
    if (kept.length !== values)
      kept = input.type === 'uint8' ? new Uint8Array(values) : new Float32Array(values);
    if (input.layout === 'nhwc') fill(pixels, kept, tables, input, { pixel: 3, channel: 1 });
    else fill(pixels, kept, tables, input, { pixel: 1, channel: width * height });
    return kept;
  };
}

/** What each byte of each channel becomes, in the order of the graph's channels. */
function lookUps({ normalisation }: Input): Float32Array[] {
  const { mean, deviation } = normalisation ?? { mean: [0, 0, 0], deviation: [1, 1, 1] };
  return [0, 1, 2].map((channel) =>
    Float32Array.from({ length: 256 }, (_, byte) => (byte - mean[channel]!) / deviation[channel]!),
  );
}

function fill(
  pixels: Uint8Array,
  into: Uint8Array | Float32Array,
  tables: readonly Float32Array[],
  { colours }: Input,
  step: { readonly pixel: number; readonly channel: number },
): void {
  for (let channel = 0; channel < 3; channel++) {
    const table = tables[channel]!;
    const source = colours === 'rgb' ? channel : 2 - channel;
    let to = channel * step.channel;
    for (let from = source; from < pixels.length; from += 3, to += step.pixel)
      into[to] = table[pixels[from]!]!;
  }
}
