import type { TrueBox } from './page/protocol.ts';
import type { TrueIncident } from './traffic/index.ts';

/** Height of the clip that heights in pixels refer to. */
const clipHeight = 360;
/** Less than this of somebody is not worth a line. */
const leastVisible = 0.02;

/**
 * One line of tracks.jsonl: `{frame, seconds, boxes: [{id, kind, box: [left, top, right, bottom], visible, px}]}`, the box in
 * fractions of the picture and cut at its edges, `visible` the share of the outline that is in the picture and not
 * hidden, `px` the height in pixels of the 640x360 clip.
 */
export function trackLine(frame: number, picturesPerSecond: number, boxes: readonly TrueBox[]): string {
  const told = boxes
    .filter(({ visible }) => visible >= leastVisible)
    .map(({ id, kind, box, visible }) => ({
      id,
      kind,
      box: box.map((edge) => rounded(edge, 4)),
      visible: rounded(visible, 2),
      px: rounded((box[3] - box[1]) * clipHeight, 0),
    }));
  return `${JSON.stringify({ frame, seconds: rounded(frame / picturesPerSecond, 3), boxes: told })}\n`;
}

/** What the work folder keeps of the simulation's own account. */
export interface ToldIncident extends Omit<TrueIncident, 'endSeconds'> {
  readonly endSeconds: number | null;
}

export function toldIncidents(incidents: readonly TrueIncident[], seconds: number): ToldIncident[] {
  return incidents.map((incident) => {
    const { endSeconds } = incident;
    return { ...incident, endSeconds: endSeconds === undefined || endSeconds > seconds ? null : endSeconds };
  });
}

/**
 * incidents.json: what truly happens at places that the scene knows, in seconds of the clip. `end` is null where it
 * lasts beyond the clip; `inView` says from when to when somebody involved can be seen well (half of them, 24 px high),
 * null where nobody in particular is involved or none of them is ever seen well.
 */
export function incidentsJson(
  incidents: readonly ToldIncident[],
  places: ReadonlySet<string>,
  tracks: string,
): string {
  const frames = tracks
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Frame);
  const told = incidents
    .filter(({ place, also }) => [place, ...also].some((id) => places.has(id)))
    .map(({ kind, place, also, onsetSeconds, endSeconds, movers }) => ({
      kind,
      place,
      also,
      onset: rounded(onsetSeconds, 2),
      end: endSeconds === null ? null : rounded(endSeconds, 2),
      movers,
      inView: viewOf(frames, movers, onsetSeconds, endSeconds ?? Infinity),
    }));
  return `${JSON.stringify(told, null, 2)}\n`;
}

interface Frame {
  readonly seconds: number;
  readonly boxes: readonly { readonly id: number; readonly visible: number; readonly px: number }[];
}

function viewOf(
  frames: readonly Frame[],
  movers: readonly number[],
  from: number,
  to: number,
): [number, number] | null {
  const seen = frames.filter(
    ({ seconds, boxes }) =>
      seconds >= from &&
      seconds <= to &&
      boxes.some(({ id, visible, px }) => movers.includes(id) && visible >= 0.5 && px >= 24),
  );
  const [first, last] = [seen[0], seen.at(-1)];
  return first && last ? [rounded(first.seconds, 2), rounded(last.seconds, 2)] : null;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
