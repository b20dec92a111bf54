import type { Clock, EpochMs, Lifetime } from '#base';
import type { VideoFormat } from '#ingest';
import { asBuffer } from '../decode/decode-once.ts';
import { createDecoder, type Decoder } from '../decode/decoder.ts';
import type { ModelDescription } from '../detect/description.ts';
import type { Seen } from '../detect/onnx/pool.ts';
import { planViews } from '../detect/plan-views.ts';
import { Pace } from '../pace.ts';
import type { WatchedStats } from '../port.ts';
import { QualityJudge } from '../quality/quality-judge.ts';
import { Recent } from '../recent.ts';
import { createTracker, type Tracker } from '../track/tracker.ts';
import type { Observation, Picture, PictureQuality, View } from '../track.ts';
import type { SentUnit, ToDetector } from './messages.ts';

/** A picture's quality changes slowly; looking costs a twentieth of what the network does. */
const LOOK_EVERY_MS = 900;

/** However busy the network is, a far field is looked at this often. */
const FAR_FIELD_EVERY_MS = 2000;

/** A decoded picture in line for the network. */
export interface WaitingPicture extends Picture {
  readonly watched: WatchedCamera;
  readonly sinceMs: number;
}

export interface WatchedCameraOptions {
  readonly clock: Clock;
  readonly ffmpeg: string;
  readonly model: ModelDescription;
  readonly request: Extract<ToDetector, { say: 'watch' }>;
  /** A picture is ready to be looked at; the pixels come back by `seen` or `recycle`. */
  picture(waiting: WaitingPicture): void;
  trouble(problem: string): void;
}

/** One camera in the detector's process: its decoder in front of the network, its tracks behind it. */
export interface WatchedCamera extends Lifetime {
  readonly feed: number;
  readonly model: string;
  format(format: VideoFormat): void;
  write(unit: SentUnit): void;
  gap(): void;
  attend(until: EpochMs): void;
  throttle(share: number): void;
  /** Pictures decoded, and overtaken before their turn, since this was last asked. */
  sinceLast(): { decoded: number; overtaken: number };
  /** The picture's turn has come; tells what is to be done with it. `hurry`: other cameras wait. */
  began(
    waiting: WaitingPicture,
    hurry: boolean,
  ): { readonly views: readonly View[]; readonly withLook: boolean };
  /** What the network found in it. */
  seen(waiting: WaitingPicture, seen: Seen): Observation;
  dropped(waiting: WaitingPicture): void;
  recycle(pixels: Uint8Array<ArrayBuffer>): void;
  check(): void;
  stats(): WatchedStats;
  close(): void;
}

export function watchCamera(options: WatchedCameraOptions): WatchedCamera {
  const { clock, model, request } = options;
  const { camera, analysis, feed } = request;
  const pace = new Pace(analysis.picturesPerSecond);
  const counts = { analysed: 0, dropped: 0 };
  const recent = { seen: new Recent(), queueMs: new Recent(), ageMs: new Recent() };
  const tracker: Tracker = createTracker({ firstId: request.firstTrackId });
  const judge = new QualityJudge();
  let current: VideoFormat | undefined;
  let tracks = 0;
  let latestAt: EpochMs = 0;
  let allViewsAtMs = -Infinity;
  let told = { decoded: 0, overtaken: 0 };
  let lookedAt: EpochMs = -Infinity;
  let quality: PictureQuality = 'good';

  const decoder: Decoder = createDecoder({
    camera,
    clock,
    ffmpeg: options.ffmpeg,
    layout: (format) => planViews(model, format, analysis.scene),
    picture: (picture) => options.picture({ ...picture, watched, sinceMs: clock.monotonicMs() }),
    trouble: options.trouble,
  });

  const watched: WatchedCamera = {
    feed,
    model: model.name,
    format(format) {
      // The same parameter sets again, after a reconnection of the two processes, need no new decoder.
      if (current === undefined || !sameFormat(current, format)) current = format;
    },
    write(unit) {
      if (current === undefined) return;
      latestAt = Math.max(latestAt, unit.capturedAt);
      decoder.write({ ...unit, data: asBuffer(unit.data), format: current }, pace.wants(unit.capturedAt));
    },
    gap: () => decoder.gap(),
    attend: (until) => pace.attend(until),
    throttle: (share) => pace.throttle(share),
    sinceLast() {
      const since = {
        decoded: decoder.stats.pictures - told.decoded,
        overtaken: counts.dropped - told.overtaken,
      };
      told = { decoded: decoder.stats.pictures, overtaken: counts.dropped };
      return since;
    },
    began({ sinceMs, views, capturedAt }, hurry) {
      const nowMs = clock.monotonicMs();
      recent.queueMs.add(nowMs, nowMs - sinceMs);
      const withLook = Math.abs(capturedAt - lookedAt) >= LOOK_EVERY_MS;
      if (withLook) lookedAt = capturedAt;
      if (hurry && nowMs - allViewsAtMs < FAR_FIELD_EVERY_MS) return { views: views.slice(0, 1), withLook };
      allViewsAtMs = nowMs;
      return { views, withLook };
    },
    seen({ capturedAt, pixels }, { detections, look }) {
      decoder.recycle(pixels);
      const aspect = current === undefined ? 16 / 9 : current.width / current.height;
      const found = tracker.update(detections, capturedAt, aspect);
      if (tracker.moving) pace.moved(capturedAt);
      counts.analysed++;
      tracks = found.length;
      recent.seen.add(clock.monotonicMs());
      recent.ageMs.add(clock.monotonicMs(), clock.now() - capturedAt);
      if (look !== undefined) quality = judge.judge(look, capturedAt);
      return { camera, capturedAt, tracks: found, quality };
    },
    dropped({ pixels }) {
      counts.dropped++;
      decoder.recycle(pixels);
    },
    recycle: (pixels) => decoder.recycle(pixels),
    check: () => decoder.check(),
    stats() {
      const nowMs = clock.monotonicMs();
      return {
        camera,
        picturesPerSecond: recent.seen.perSecond(nowMs),
        wantedPerSecond: pace.perSecond(latestAt),
        picturesDecoded: decoder.stats.pictures,
        picturesAnalysed: counts.analysed,
        picturesDropped: counts.dropped,
        queueMs: recent.queueMs.mean(nowMs),
        ageMs: recent.ageMs.mean(nowMs),
        decoderRestarts: decoder.stats.restarts,
        unitsSkipped: decoder.stats.skipped,
        tracks,
      };
    },
    close: () => decoder.close(),
  };
  return watched;
}

function sameFormat(a: VideoFormat, b: VideoFormat): boolean {
  const sets = ({ parameterSets: { vps, sps, pps } }: VideoFormat) =>
    [...vps, ...sps, ...pps].map((set) => asBuffer(set).toString('base64')).join();
  return a.codec === b.codec && a.width === b.width && a.height === b.height && sets(a) === sets(b);
}
