import { asNgatuError, type Clock, type EpochMs, type Lifetime, NgatuError } from '#base';
import { decodeOnce } from '../decode/decode-once.ts';
import type { ModelDescription } from '../detect/description.ts';
import { readModel } from '../detect/model-files.ts';
import { createPool, type Job, type JobResult, type Pool } from '../detect/onnx/pool.ts';
import { enlarged } from '../detect/plan-views.ts';
import { Recent } from '../recent.ts';
import { Throttle } from '../throttle.ts';
import { createTurns, type Turns } from '../turns.ts';
import type { FromDetector, Settings, ToDetector } from './messages.ts';
import { type WaitingPicture, type WatchedCamera, watchCamera } from './watched-camera.ts';

const LOOK_WITHIN_MS = 4000;

/** Everything the detector's process does: cameras in, observations out, one set of threads shared by all. */
export interface Detection extends Lifetime {
  take(message: Exclude<ToDetector, { say: 'begin' | 'end' }>): void;
  /** To be called once a second: ends decoders that hang, and tells the figures. */
  tick(): void;
  /** Stops the decoders, waits for what the network is at, ends the threads. */
  close(): Promise<void>;
}

export interface DetectionOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  tell(message: FromDetector): void;
}

export function createDetection({ settings, clock, tell }: DetectionOptions): Detection {
  const pool: Pool = createPool(settings.threads, (problem) => tell({ say: 'broken', problem }));
  const turns: Turns<number, WaitingPicture> = createTurns();
  const cameras = new Map<number, WatchedCamera>();
  const models = new Map<string, Promise<ModelDescription>>();
  const inference = new Recent();
  const throttle = new Throttle();
  /** Second looks go first: somebody waits for each. */
  const looks: { job: Job; done(outcome: JobResult['outcome']): void }[] = [];
  /** Watched, but the model is still being loaded; `unwatch` may come meanwhile. */
  const opening = new Map<number, Extract<ToDetector, { say: 'watch' }>>();
  /** What was said of a camera before it was ready. */
  const attended = new Map<number, EpochMs>();
  const formats = new Map<number, Extract<ToDetector, { say: 'format' }>['format']>();

  const model = (name: string): Promise<ModelDescription> => {
    const known = models.get(name);
    if (known !== undefined) return known;
    const loading = loadInto(pool, settings.modelsFolder, name);
    models.set(name, loading);
    // Somebody may mend the file: the next camera tries again.
    loading.catch(() => models.delete(name));
    return loading;
  };

  const lookOn = (): void => {
    while (pool.idle > 0) {
      const look = looks.shift();
      if (look !== undefined) {
        pool.run(look.job, ({ outcome }) => {
          look.done(outcome);
          lookOn();
        });
        continue;
      }
      const next = turns.take();
      if (next === undefined) return;
      // Others wait: the far field can, for a while.
      const begun = next.watched.began(next, turns.waiting > 0);
      pool.run({ ...next, ...begun, model: next.watched.model }, (result) => looked(next, result));
    }
  };
  const looked = (waiting: WaitingPicture, { pixels, outcome }: JobResult): void => {
    const { watched } = waiting;
    turns.done(watched.feed);
    if ('problem' in outcome) {
      watched.recycle(pixels);
      tell({ say: 'broken', problem: outcome.problem });
      return;
    }
    inference.add(clock.monotonicMs(), outcome.milliseconds);
    if (cameras.get(watched.feed) === watched)
      tell({ say: 'seen', feed: watched.feed, observation: watched.seen({ ...waiting, pixels }, outcome) });
    lookOn();
  };

  const watch = async (request: Extract<ToDetector, { say: 'watch' }>): Promise<void> => {
    const { feed, camera, analysis } = request;
    const trouble = (code: string, problem: string): void => tell({ say: 'trouble', camera, code, problem });
    opening.set(feed, request);
    try {
      const description = await model(analysis.model);
      if (opening.get(feed) !== request) return;
      const watched = watchCamera({
        clock,
        ffmpeg: settings.ffmpeg,
        model: description,
        request,
        picture(waiting) {
          const older = turns.offer(feed, waiting);
          if (older !== undefined) watched.dropped(older);
          lookOn();
        },
        trouble: (problem) => trouble('DECODER_FAILED', problem),
      });
      const format = formats.get(feed);
      if (format !== undefined) watched.format(format);
      const until = attended.get(feed);
      if (until !== undefined) watched.attend(until);
      cameras.set(feed, watched);
    } catch (thrown) {
      const { code, message } = asNgatuError(thrown);
      trouble(code, message);
    } finally {
      if (opening.get(feed) === request) opening.delete(feed);
    }
  };
  const share = (busy: number): void => {
    const since = { decoded: 0, overtaken: 0 };
    for (const watched of cameras.values()) {
      const { decoded, overtaken } = watched.sinceLast();
      since.decoded += decoded;
      since.overtaken += overtaken;
    }
    throttle.told(since.decoded, since.overtaken, busy);
    for (const watched of cameras.values()) watched.throttle(throttle.share);
  };
  const look = async (request: Extract<ToDetector, { say: 'look' }>): Promise<void> => {
    try {
      const description = await model(request.model);
      const view = enlarged(description, request.format, request.part);
      const once = { ...request, ...view, ffmpeg: settings.ffmpeg, withinMs: LOOK_WITHIN_MS };
      const pixels = await decodeOnce(once);
      const outcome = await new Promise<JobResult['outcome']>((done) => {
        looks.push({
          job: { model: request.model, pixels, ...view.size, views: view.views, withLook: false },
          done,
        });
        lookOn();
      });
      if ('problem' in outcome) throw new NgatuError('LOOK_FAILED', outcome.problem, { kind: 'bug' });
      tell({ say: 'looked', look: request.look, detections: outcome.detections });
    } catch (thrown) {
      const { code, message } = asNgatuError(thrown);
      tell({ say: 'not-looked', look: request.look, code, problem: message });
    }
  };
  const unwatch = (feed: number): void => {
    opening.delete(feed);
    formats.delete(feed);
    attended.delete(feed);
    turns.remove(feed);
    cameras.get(feed)?.close();
    cameras.delete(feed);
  };

  return {
    take(message) {
      if (message.say === 'look') return void look(message);
      const watched = cameras.get(message.feed);
      switch (message.say) {
        case 'unit':
          return watched?.write(message.unit);
        case 'format':
          formats.set(message.feed, message.format);
          return watched?.format(message.format);
        case 'gap':
          return watched?.gap();
        case 'attend':
          attended.set(message.feed, message.until);
          return watched?.attend(message.until);
        case 'watch':
          unwatch(message.feed);
          return void watch(message);
        case 'unwatch':
          return unwatch(message.feed);
      }
    },
    tick() {
      const nowMs = clock.monotonicMs();
      const busy = Math.min(1, inference.sumPerSecond(nowMs) / 1000 / pool.threads);
      share(busy);
      for (const watched of cameras.values()) watched.check();
      const stats = {
        threads: pool.threads,
        inferenceMs: { mean: inference.mean(nowMs), p95: inference.quantile(nowMs, 0.95) },
        busy,
        cameras: [...cameras.values()].map((watched) => watched.stats()),
      };
      tell({ say: 'stats', stats });
    },
    async close() {
      for (const feed of [...cameras.keys(), ...opening.keys()]) unwatch(feed);
      await pool.close();
    },
  };
}

async function loadInto(pool: Pool, folder: string, name: string): Promise<ModelDescription> {
  const files = await readModel(folder, name);
  await pool.load(files);
  return files.description;
}
