import { availableParallelism } from 'node:os';
import { type Clock, type EpochMs, type Log, NgatuError } from '#base';
import type { Camera } from '#camera';
import type { AccessUnit, VideoFormat } from '#ingest';
import type { Perception, PerceptionFeed, PerceptionStats } from '../port.ts';
import type { Observation } from '../track.ts';
import { createDetectorProcess } from './detector-process.ts';
import { createLooks, sentUnit } from './looks.ts';
import type { DetectorStats, FromDetector } from './messages.ts';

export interface PerceptionOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Where `<model>.yaml` and the files they name are. */
  readonly modelsFolder: string;
  /** Threads that compute; as many as there are cores unless told. They are nice: decoding and serving go first. */
  readonly threads?: number;
  /** `ffmpeg` unless told. */
  readonly ffmpeg?: string;
  /** How much nicer than this process the detector is to others, 0 to 19; 10 unless told. */
  readonly niceness?: number;
}

interface Watch {
  readonly feed: number;
  readonly camera: Camera;
  readonly take: (observation: Observation) => void;
  format: VideoFormat | undefined;
  /** Units were refused since the last that was sent. */
  gap: boolean;
  nextTrackId: number;
  attendUntil: EpochMs | undefined;
}

const NO_STATS: DetectorStats = { threads: 0, inferenceMs: { mean: 0, p95: 0 }, busy: 0, cameras: [] };

/**
 * Decoding, detection and tracking in a process of their own, started at once and again whenever it dies.
 * This end never blocks: what the process cannot take is refused, and the hub skips to the next keyframe.
 */
export function createPerception(options: PerceptionOptions): Perception {
  const { log } = options;
  const watches = new Map<number, Watch>();
  let feeds = 0;
  let refused = 0;
  let stats = NO_STATS;
  /** A model that cannot be used, by camera. */
  const unusable = new Map<string, string>();

  const detector = createDetectorProcess({
    clock: options.clock,
    settings: {
      modelsFolder: options.modelsFolder,
      threads: options.threads ?? availableParallelism(),
      ffmpeg: options.ffmpeg ?? 'ffmpeg',
      niceness: options.niceness ?? 10,
    },
    up: () => {
      for (const watch of watches.values()) introduce(watch);
    },
    down: (problem) => {
      stats = NO_STATS;
      looks.lost();
      log.warn({ problem }, 'the detector went down and is started again');
    },
    heard,
  });

  const looks = createLooks(detector);

  function heard(message: FromDetector): void {
    if (message.say === 'seen') seen(watches.get(message.feed), message.observation);
    else if (message.say === 'looked' || message.say === 'not-looked') looks.answered(message);
    else if (message.say === 'stats') stats = message.stats;
    else if (message.say === 'trouble') {
      const { camera, code, problem } = message;
      if (code.startsWith('MODEL_')) unusable.set(camera, problem);
      log.warn({ camera, code, problem }, 'the detector has trouble with a camera');
    }
  }

  function seen(watch: Watch | undefined, observation: Observation): void {
    if (watch === undefined) return;
    for (const { id } of observation.tracks) watch.nextTrackId = Math.max(watch.nextTrackId, id + 1);
    watch.take(observation);
  }

  function introduce({ feed, camera, nextTrackId, format, attendUntil }: Watch): void {
    const { analysis } = camera;
    if (analysis === undefined) return;
    detector.tell({ say: 'watch', feed, camera: camera.id, analysis, firstTrackId: nextTrackId });
    if (format !== undefined) detector.tell({ say: 'format', feed, format });
    if (attendUntil !== undefined) detector.tell({ say: 'attend', feed, until: attendUntil });
  }

  function write(watch: Watch, unit: AccessUnit): boolean {
    const { feed } = watch;
    if (!detector.accepts) {
      watch.gap = true;
      refused++;
      return false;
    }
    if (watch.gap) detector.tell({ say: 'gap', feed });
    if (watch.format !== unit.format) detector.tell({ say: 'format', feed, format: unit.format });
    watch.gap = false;
    watch.format = unit.format;
    const { data } = unit;
    detector.tell({ say: 'unit', feed, unit: sentUnit(unit, data) }, data.length);
    return true;
  }

  return {
    watch(camera, take): PerceptionFeed {
      if (camera.analysis === undefined)
        throw new NgatuError('CAMERA_NOT_ANALYSED', `camera '${camera.id}' has no analysis to do`, {
          kind: 'bug',
        });
      const watch: Watch = {
        feed: feeds++,
        camera,
        take,
        format: undefined,
        gap: false,
        nextTrackId: 1,
        attendUntil: undefined,
      };
      watches.set(watch.feed, watch);
      unusable.delete(camera.id);
      if (detector.state === 'running') introduce(watch);
      return {
        write: (unit) => write(watch, unit),
        attend(until) {
          watch.attendUntil = until;
          detector.tell({ say: 'attend', feed: watch.feed, until });
        },
        close() {
          if (watches.delete(watch.feed)) detector.tell({ say: 'unwatch', feed: watch.feed });
        },
      };
    },
    look: (camera, units, part) => looks.ask(camera, units, part),
    stats(): PerceptionStats {
      const problem = detector.problem ?? [...unusable.values()][0];
      const failed = unusable.size > 0 && detector.state === 'running';
      return {
        ...stats,
        state: failed ? 'failed' : detector.state,
        problem,
        restarts: detector.restarts,
        unitsRefused: refused,
      };
    },
    close: () => detector.close(),
  };
}
