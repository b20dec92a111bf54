import type { EpochMs } from '#base';
import type { AccessUnit, VideoFormat } from '#ingest';
import { movie, type PlacedPicture } from './movie.ts';
import { withParameterSets } from './parameter-sets-unusable.ts';
import { Timeline } from './timeline.ts';

export interface ClipOptions {
  /** Which part is kept where the format changes in between: the one that shows this moment; the newest unless told. */
  readonly around?: EpochMs;
  /** Shown by players, e.g. the camera's name. */
  readonly title?: string;
}

/** A regular MP4 file: `moov` first, so that it plays and seeks while it is still loading. */
export interface Clip {
  /** To be written one after the other; all but the first are the access units' own bytes. */
  readonly parts: readonly Buffer[];
  readonly bytes: number;
  readonly format: VideoFormat;
  readonly pictures: number;
  /** Pictures that were given and are not in it: before the first keyframe, or of another format. */
  readonly picturesLeftOut: number;
  /** Capture times of its first and last picture. */
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  readonly durationSeconds: number;
}

/** No picture stands still for longer, whatever gap there was: a camera lost for an hour does not make a clip of an hour. */
const LONGEST_PICTURE = 2 * 90_000;

/**
 * Cuts a clip out of kept access units, in their order, without re-encoding. It begins with a keyframe and has one format.
 * Undefined where there is no keyframe in them. Throws `PARAMETER_SETS_UNUSABLE`.
 */
export function createClip(units: readonly AccessUnit[], options: ClipOptions = {}): Clip | undefined {
  const kept = choosePart(splitByFormat(units), options.around);
  const first = kept?.[0];
  if (kept === undefined || first === undefined) return undefined;
  const pictures = placed(kept);
  const end = pictures.at(-1)!;
  const duration = end.decodeTime + end.duration;
  const startsAt = Math.min(...kept.slice(0, 32).map((unit) => unit.capturedAt));
  const facts = { duration, startsAt, title: options.title };
  const head = withParameterSets(first.format, () => movie(pictures, facts));
  const parts = [head, ...kept.map((unit) => unit.data)];
  return {
    parts,
    bytes: parts.reduce((sum, part) => sum + part.length, 0),
    format: first.format,
    pictures: kept.length,
    picturesLeftOut: units.length - kept.length,
    startsAt,
    endsAt: Math.max(...kept.slice(-32).map((unit) => unit.capturedAt)),
    durationSeconds: duration / 90_000,
  };
}

/** Each part begins with a keyframe; what comes before one is left out. */
function splitByFormat(units: readonly AccessUnit[]): AccessUnit[][] {
  const parts: AccessUnit[][] = [];
  let part: AccessUnit[] | undefined;
  let keyframes = 0;
  for (const unit of units) {
    if (part !== undefined && !sameFormat(part[0]!.format, unit.format)) part = undefined;
    if (part === undefined && unit.keyframe) {
      part = [];
      keyframes = 0;
      parts.push(part);
    }
    if (unit.keyframe) keyframes++;
    // Leading pictures of the first keyframe refer to pictures that are not there.
    if (keyframes > 1 || unit.needsPreviousGroup !== true) part?.push(unit);
  }
  return parts;
}

function choosePart(parts: AccessUnit[][], around: EpochMs | undefined): AccessUnit[] | undefined {
  if (around === undefined) return parts.at(-1);
  return parts.findLast((part) => part[0]!.capturedAt <= around) ?? parts[0];
}

/** A new connection makes a new object of the same parameter sets. */
function sameFormat(a: VideoFormat, b: VideoFormat): boolean {
  if (a === b) return true;
  const sets = (format: VideoFormat) => Object.values(format.parameterSets).flat() as Buffer[];
  const other = sets(b);
  return (
    a.mimeCodec === b.mimeCodec &&
    sets(a).length === other.length &&
    sets(a).every((set, i) => set.equals(other[i]!))
  );
}

function placed(units: readonly AccessUnit[]): PlacedPicture[] {
  const timeline = new Timeline();
  const times = units.map((unit) => timeline.place(unit));
  let decodeTime = 0;
  return units.map((unit, i) => {
    const next = times[i + 1] ?? times[i]! + timeline.step;
    const duration = Math.min(Math.max(1, next - times[i]!), LONGEST_PICTURE);
    const at = decodeTime;
    decodeTime += duration;
    return { unit, decodeTime: at, duration };
  });
}
