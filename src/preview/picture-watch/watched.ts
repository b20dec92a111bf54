import type { CameraId, Location, StreamId } from '#camera';
import type { PictureFault, PictureJudge } from './judge.ts';
import type { KeyframeWatch } from './keyframe-signs.ts';

export interface WatchedPicture {
  readonly camera: CameraId;
  readonly stream: StreamId;
  /** Tells day from night; without it every hour counts as night, in which fewer pictures are blamed. */
  readonly location: Location | undefined;
}

/** What the watch keeps of a camera. */
export interface Watched extends WatchedPicture {
  readonly keyframes: KeyframeWatch;
  readonly judge: PictureJudge;
  same: boolean;
  told: PictureFault | 'good';
  looksLike: PictureFault | undefined;
  looked: boolean;
  /** Its turn comes when all others were looked at after it. */
  turnAt: number;
  /** Something is suspicious: to be looked at again from then on, out of turn. */
  againAt: number | undefined;
  jumpedAt: number;
  /** Its next keyframe is to be decoded; until when that is waited for. */
  wantedUntil: number | undefined;
}

/**
 * Who is looked at next. Suspicious cameras and those whose turn it is alternate (`againFirst`), so that neither keep the others
 * waiting for ever.
 */
export function nextToLookAt(all: Iterable<Watched>, now: number, againFirst: boolean): Watched | undefined {
  let again: Watched | undefined;
  let inTurn: Watched | undefined;
  for (const each of all) {
    if (each.wantedUntil !== undefined && each.wantedUntil < now) giveUp(each, now);
    if (each.wantedUntil !== undefined) continue;
    if (each.againAt === undefined) {
      if (inTurn === undefined || each.turnAt < inTurn.turnAt) inTurn = each;
    } else if (each.againAt <= now && (again === undefined || each.againAt < again.againAt!)) again = each;
  }
  return againFirst ? (again ?? inTurn) : (inTurn ?? again);
}

/** Is no longer waited for: its turn comes again after everybody else's. */
export function giveUp(watched: Watched, now: number): void {
  watched.wantedUntil = undefined;
  watched.againAt = undefined;
  watched.turnAt = now;
}
