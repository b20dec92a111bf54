import { type Box, overlap } from '../../src/base/index.ts';
import type { Detection, Track } from '../../src/perception/index.ts';

interface Followed {
  readonly id: number;
  kind: Detection['kind'];
  box: Box;
  vx: number;
  vy: number;
  confidence: number;
  readonly firstSeenAt: number;
  lastSeenAt: number;
  hits: number;
}

/** Greedy by overlap and distance with constant velocity; only until the project's own tracker is there. */
export class StandInTracker {
  #tracks: Followed[] = [];
  #next = 1;

  update(detections: readonly Detection[], at: number): Track[] {
    const pairs: [number, Followed, Detection, Box][] = [];
    for (const track of this.#tracks) {
      const dt = (at - track.lastSeenAt) / 1000;
      const ahead = moved(track.box, track.vx * dt, track.vy * dt);
      for (const detection of detections) {
        const score = nearness(ahead, detection.box, dt);
        if (score > 0.25) pairs.push([score, track, detection, ahead]);
      }
    }
    pairs.sort((a, b) => b[0] - a[0]);
    const usedTracks = new Set<Followed>();
    const used = new Set<Detection>();
    for (const [, track, detection] of pairs) {
      if (usedTracks.has(track) || used.has(detection)) continue;
      usedTracks.add(track);
      used.add(detection);
      follow(track, detection, at);
    }
    for (const detection of detections)
      if (!used.has(detection)) this.#tracks.push(this.#begin(detection, at));
    this.#tracks = this.#tracks.filter(({ lastSeenAt, hits }) => at - lastSeenAt < (hits < 2 ? 700 : 2_000));
    return this.#tracks.filter(({ hits }) => hits >= 2).map((track) => ({ ...track }));
  }

  #begin({ kind, box, confidence }: Detection, at: number): Followed {
    return {
      id: this.#next++,
      kind,
      box,
      vx: 0,
      vy: 0,
      confidence,
      firstSeenAt: at,
      lastSeenAt: at,
      hits: 1,
    };
  }
}

function follow(track: Followed, { kind, box, confidence }: Detection, at: number): void {
  const dt = Math.max(0.05, (at - track.lastSeenAt) / 1000);
  const blend = track.hits === 1 ? 1 : 0.5;
  track.vx += blend * ((box.left + box.right - track.box.left - track.box.right) / 2 / dt - track.vx);
  track.vy += blend * ((box.bottom - track.box.bottom) / dt - track.vy);
  Object.assign(track, { kind, box, confidence, lastSeenAt: at, hits: track.hits + 1 });
}

function moved(box: Box, dx: number, dy: number): Box {
  return { left: box.left + dx, right: box.right + dx, top: box.top + dy, bottom: box.bottom + dy };
}

function nearness(a: Box, b: Box, dt: number): number {
  const iou = overlap(a, b);
  const height = Math.max(a.bottom - a.top, b.bottom - b.top);
  const dx = ((a.left + a.right - b.left - b.right) / 2) * 1.78;
  const away = Math.hypot(dx, a.bottom - b.bottom) / height;
  const ratio = (a.bottom - a.top) / (b.bottom - b.top);
  if (ratio < 0.5 || ratio > 2) return 0;
  return Math.max(iou, 0.8 - away / (0.6 + 0.6 * Math.min(dt, 1)));
}
