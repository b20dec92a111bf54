import type { Size } from '../detect/candidate.ts';
import type { View } from '../track.ts';

/** Grey of the padding; near the mean of what models were trained on. */
const PADDING = '0x727272';
/** Where ffmpeg tells the time of each picture that it puts out. */
const TIMES_FD = 3;

/**
 * ffmpeg's arguments: Matroska on standard input; on standard output the wanted pictures (those with an odd time) as RGB bytes, view after
 * view; on descriptor 3 a line with the time of each. Every picture comes out as soon as it can: measured 3–5 ms after its bytes went in.
 */
export function decoderArguments(size: Size, views: readonly View[]): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error'],
    // No guessing of the format, and none of the packets read for it thrown away (as `nobuffer` would).
    ...['-probesize', '32', '-analyzeduration', '0', '-fpsprobesize', '0'],
    ...['-threads', '1', '-copyts', '-f', 'matroska', '-i', 'pipe:0'],
    ...['-an', '-sn', '-dn', '-filter_complex_threads', '1'],
    ...['-filter_complex', graph(size, views), '-map', '[out]'],
    // One thread for the raw "encoder" as well: it would hold back as many pictures as it has threads.
    ...['-fps_mode', 'passthrough', '-threads', '1', '-flush_packets', '1', '-f', 'rawvideo', 'pipe:1'],
  ];
}

function graph(size: Size, views: readonly View[]): string {
  const told = [
    'metadata=mode=add:key=picture:value=1',
    String.raw`metadata=mode=print:file='pipe\:${TIMES_FD}':direct=1[out]`,
  ];
  return viewFilters([String.raw`[0:v]select='mod(pts\,2)'`], size, views, told);
}

/** A filter graph from `first` to `last` with the views between, stacked one above the other as RGB. */
export function viewFilters(
  first: readonly string[],
  size: Size,
  views: readonly View[],
  last: readonly string[],
): string {
  const only = views[0]!;
  if (views.length === 1) return [...first, placed(only, size), 'format=rgb24', ...last].join(',');
  const parts = views.map((_, i) => `[part${i}]`).join('');
  const each = views.map((view, i) => `[part${i}]${placed(view, size)}[view${i}]`);
  const stacked = `${views.map((_, i) => `[view${i}]`).join('')}vstack=inputs=${views.length}`;
  return [
    [...first, `split=${views.length}${parts}`].join(','),
    ...each,
    [stacked, 'format=rgb24', ...last].join(','),
  ].join(';');
}

/** The view's part of the picture, scaled into its place. */
function placed({ part, content }: View, { width, height }: Size): string {
  const whole = part.left === 0 && part.top === 0 && part.right === 1 && part.bottom === 1;
  const crop = `crop=iw*${part.right - part.left}:ih*${part.bottom - part.top}:iw*${part.left}:ih*${part.top}`;
  const inner = [
    Math.round((content.right - content.left) * width),
    Math.round((content.bottom - content.top) * height),
  ];
  const scale = `scale=${inner[0]}:${inner[1]}:flags=area,format=rgb24`;
  const padded = inner[0] !== width || inner[1] !== height;
  const pad = `pad=${width}:${height}:${Math.round(content.left * width)}:${Math.round(content.top * height)}:color=${PADDING}`;
  return [...(whole ? [] : [crop]), scale, ...(padded ? [pad] : [])].join(',');
}
