import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { SeriesKey } from './series.ts';

/** Values of one hour or one minute in the order of a camera's series; -1 where nothing was measured. */
export type SeriesValues = Int32Array;

export const ABSENT = -1;
const MINUTES = 60;

/** One value a series: varints of value + 1, 0 for absent; what is missing at the end is absent. */
export function encodeValues(values: SeriesValues): Buffer {
  const bytes: number[] = [];
  for (const value of values) writeVarint(bytes, value + 1);
  while (bytes.at(-1) === 0) bytes.pop();
  return Buffer.from(bytes);
}

export function decodeValues(bytes: Uint8Array, series: number): SeriesValues {
  const values = new Int32Array(series).fill(ABSENT);
  readVarints(bytes, values);
  return values;
}

/** Sixty values a series, series by series so that like stands beside like, deflated. `minutes` maps 0 to 59. */
export function encodeHour(minutes: ReadonlyMap<number, SeriesValues>, series: number): Buffer {
  const bytes: number[] = [];
  for (let at = 0; at < series; at++)
    for (let minute = 0; minute < MINUTES; minute++)
      writeVarint(bytes, (minutes.get(minute)?.[at] ?? ABSENT) + 1);
  return deflateRawSync(Buffer.from(bytes), { level: 9 });
}

/** Only minutes in which something was measured. */
export function decodeHour(block: Uint8Array, series: number): Map<number, SeriesValues> {
  const most = series * MINUTES;
  const bytes = inflateRawSync(block, { maxOutputLength: most * 5 + 64 });
  const values = new Int32Array(most).fill(ABSENT);
  readVarints(bytes, values);
  const minutes = new Map<number, SeriesValues>();
  for (let at = 0; at < most; at++) {
    if (values[at] === ABSENT) continue;
    const minute = at % MINUTES;
    const of = minutes.get(minute) ?? new Int32Array(series).fill(ABSENT);
    minutes.set(minute, of);
    of[(at - minute) / MINUTES] = values[at]!;
  }
  return new Map([...minutes].sort(([a], [b]) => a - b));
}

/** `above` where it has values, what was there before elsewhere. */
export function overlaid(below: Uint8Array | SeriesValues | undefined, above: SeriesValues): SeriesValues {
  if (below === undefined) return above;
  const base = below instanceof Int32Array ? below : decodeValues(below, above.length);
  return above.map((value, at) => (value === ABSENT ? base[at]! : value));
}

/** `values` in the order of `series`. */
export function inOrder(series: readonly SeriesKey[], values: ReadonlyMap<SeriesKey, number>): SeriesValues {
  return Int32Array.from(series, (key) => values.get(key) ?? ABSENT);
}

function writeVarint(bytes: number[], value: number): void {
  let rest = value >>> 0;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
}

/** Fills `into` from the start; bytes beyond its end are ignored. */
function readVarints(bytes: Uint8Array, into: Int32Array): void {
  let offset = 0;
  for (let at = 0; at < into.length && offset < bytes.length; at++) {
    let value = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = bytes[offset++] ?? 0;
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte > 0x7f && shift < 35);
    into[at] = value - 1;
  }
}
