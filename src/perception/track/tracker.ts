import { type EpochMs, overlap } from '#base';
import type { Detection, RoadUser, Track } from '../track.ts';
import { assign } from './assign.ts';
import { extentOf, SURE, Tracked } from './tracked.ts';

/** Only detections of at least this confidence begin tracks. */
const BEGIN = 0.4;
/** Weaker ones keep a track alive, never begin one. */
const WEAK = 0.12;
const MISFIT_MOST = 16;
const MISFIT_MOST_WEAK = 9;
/** Dearer pairs are better left apart: one was missed, the other is new. */
const ALONE = 10;
/** A detection of another family may be the same road user, but rather not. */
const OTHER_FAMILY = 5;
/** Of what fits no track's movement, this much overlap still makes it the same. */
const SAME_PLACE = 0.4;
const DOUBLE = 0.5;
/** Seconds for which a track lives on unseen: half as long as it was seen, between these; shorter while it moves or is not confirmed. */
const UNSEEN_LEAST = 0.8;
const UNSEEN_MOST_MOVING = 2;
const UNSEEN_MOST_STANDING = 12;
const UNSEEN_TENTATIVE = 0.7;
/** Weak detections alone, of something that may be no road user at all, keep a track alive for so long; a well-known one for longer. */
const DOUBTFUL_MOST = 1.5;
const DOUBTFUL_MOST_KNOWN = 6;
const KNOWN_SURE_HITS = 10;
/** In own heights a second. */
const STANDING = 0.25;
const MOVING = 0.2;
/** A longer pause breaks every track: too much may have happened. */
const BREAK_SECONDS = 15;
/** More road users than any picture holds. */
const MOST_TRACKS = 300;

export interface TrackerOptions {
  /** 1 unless told. */
  readonly firstId?: number;
}

/** The road users of one camera over time. Pure and bounded. */
export interface Tracker {
  /**
   * Takes one picture's detections and tells every confirmed track, coasting ones included. `at` must grow; a picture
   * that does not is told the tracks as they are. `aspect`: the picture's width over its height.
   */
  update(detections: readonly Detection[], at: EpochMs, aspect: number): readonly Track[];
  /** Whether anything moved, came or went in the latest picture. */
  readonly moving: boolean;
}

/**
 * In the manner of ByteTrack: sure detections are paired with tracks first, weak ones with what is left. Pairs are those most likely
 * together, given where each track should be by now and how well that is known; times are real, pictures may come at any pace.
 */
export function createTracker({ firstId = 1 }: TrackerOptions = {}): Tracker {
  let tracks: Tracked[] = [];
  let nextId = firstId;
  let latest: EpochMs | undefined;
  let moving = false;

  const predict = (at: EpochMs): void => {
    if (latest === undefined) return;
    const seconds = (at - latest) / 1000;
    if (seconds > BREAK_SECONDS) tracks = [];
    for (const track of tracks) track.predict(seconds, (latest - track.lastSeenAt) / 1000);
  };
  const pair = (among: Tracked[], found: Detection[], most: number, aspect: number, at: EpochMs): void => {
    const extents = found.map(({ box }) => extentOf(box, aspect));
    const costs = among.map((track) =>
      found.map(({ kind, confidence }, i) => {
        const misfit =
          track.misfit(extents[i]!, confidence) + (sameFamily(kind, track.kinds.kind) ? 0 : OTHER_FAMILY);
        return misfit > most ? Infinity : misfit + track.spread;
      }),
    );
    settle(among, found, assign(costs, found.length, ALONE), aspect, at);
  };

  return {
    get moving() {
      return moving;
    },
    update(detections, at, aspect) {
      if (latest !== undefined && at <= latest) return told(tracks, aspect);
      predict(at);
      latest = at;
      const sure = detections.filter(({ confidence }) => confidence >= SURE);
      const weak = detections.filter(({ confidence }) => confidence >= WEAK && confidence < SURE);
      let left = [...tracks];
      const open = (): Tracked[] => left.filter((track) => track.lastSeenAt < at);

      pair(left, sure, MISFIT_MOST, aspect, at);
      left = open();
      pair(left, weak, MISFIT_MOST_WEAK, aspect, at);
      left = open();
      pairByPlace(left, sure, aspect, at);
      pairYoung(open(), sure, aspect, at);

      const before = tracks.length;
      tracks = withoutDoubles(
        tracks.filter((track) => lives(track, at, aspect)),
        at,
        aspect,
      );
      for (const detection of sure) {
        if (detection.confidence < BEGIN || tracks.length >= MOST_TRACKS) continue;
        tracks.push(new Tracked(nextId++, detection, aspect, at));
      }
      moving =
        tracks.length !== before || tracks.some((track) => track.lastSeenAt === at && track.speed > MOVING);
      return told(tracks, aspect);
    },
  };
}

/** Corrects each paired track and takes its detection out of `found`. */
function settle(
  among: readonly Tracked[],
  found: Detection[],
  columns: readonly number[],
  aspect: number,
  at: EpochMs,
): void {
  const used = new Set<number>();
  for (const [i, track] of among.entries()) {
    const column = columns[i]!;
    if (column < 0) continue;
    used.add(column);
    track.correct(found[column]!, aspect, at);
  }
  const rest = found.filter((_, i) => !used.has(i));
  found.splice(0, found.length, ...rest);
}

/** A vehicle that was hidden in part, or braked harder than it could, is still where it was. */
function pairByPlace(among: readonly Tracked[], found: Detection[], aspect: number, at: EpochMs): void {
  for (const track of among) {
    const { box } = track.told(aspect);
    const best = found.reduce(
      (most, detection, i) => {
        const shared = sameFamily(detection.kind, track.kinds.kind) ? overlap(detection.box, box) : 0;
        return shared > most.shared ? { shared, i } : most;
      },
      { shared: SAME_PLACE, i: -1 },
    );
    if (best.i < 0) continue;
    track.correct(found[best.i]!, aspect, at);
    found.splice(best.i, 1);
  }
}

/** A track of one detection has no speed yet: what is left within reach may be it, if there is but one of each. */
function pairYoung(among: readonly Tracked[], found: Detection[], aspect: number, at: EpochMs): void {
  const young = among.filter(({ hits }) => hits === 1);
  const reaches = (track: Tracked, { box, kind, confidence }: Detection): boolean =>
    sameFamily(kind, track.kinds.kind) && track.misfit(extentOf(box, aspect), confidence) < MISFIT_MOST;
  for (const track of young) {
    const within = found.filter((detection) => reaches(track, detection));
    const only = within[0];
    if (only === undefined || within.length > 1) continue;
    if (young.some((other) => other !== track && other.lastSeenAt < at && reaches(other, only))) continue;
    track.correct(only, aspect, at);
    found.splice(found.indexOf(only), 1);
  }
}

/** Where two tracks are at the same place and one of them has just been seen surely, the other was never there. */
function withoutDoubles(tracks: readonly Tracked[], at: EpochMs, aspect: number): Tracked[] {
  const sure = tracks
    .filter((track) => track.surelySeenAt === at)
    .map((track) => ({ track, box: track.told(aspect).box }));
  return tracks.filter((track) => {
    if (track.surelySeenAt === at) return true;
    const { box, kind } = track.told(aspect);
    return !sure.some(
      (other) => sameFamily(other.track.kinds.kind, kind) && overlap(other.box, box) > DOUBLE,
    );
  });
}

function lives(track: Tracked, at: EpochMs, aspect: number): boolean {
  const doubtful = track.sureHits >= KNOWN_SURE_HITS ? DOUBTFUL_MOST_KNOWN : DOUBTFUL_MOST;
  if ((track.lastSeenAt - track.surelySeenAt) / 1000 > doubtful) return false;
  const unseen = (at - track.lastSeenAt) / 1000;
  if (unseen <= 0) return true;
  const { x, y } = track.extent;
  if (x < 0 || x > aspect || y < 0 || y > 1) return false;
  if (!track.confirmed) return unseen < UNSEEN_TENTATIVE;
  const most = track.speed < STANDING ? UNSEEN_MOST_STANDING : UNSEEN_MOST_MOVING;
  const seen = (track.lastSeenAt - track.firstSeenAt) / 1000;
  return unseen < Math.min(most, Math.max(UNSEEN_LEAST, seen / 2));
}

function told(tracks: readonly Tracked[], aspect: number): Track[] {
  return tracks.filter((track) => track.confirmed).map((track) => track.told(aspect));
}

function sameFamily(a: RoadUser, b: RoadUser): boolean {
  const large = (kind: RoadUser): boolean => kind === 'car' || kind === 'bus' || kind === 'truck';
  return large(a) === large(b);
}
