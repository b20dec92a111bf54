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

/** incidents.json: what truly happens, in seconds of the clip; `end` is null where it lasts beyond the clip. */
export function incidentsJson(incidents: readonly TrueIncident[], seconds: number): string {
  const told = incidents.map(({ kind, place, also, onsetSeconds, endSeconds, movers }) => ({
    kind,
    place,
    also,
    onset: rounded(onsetSeconds, 2),
    end: endSeconds === undefined || endSeconds > seconds ? null : rounded(endSeconds, 2),
    movers,
  }));
  return `${JSON.stringify(told, null, 2)}\n`;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
