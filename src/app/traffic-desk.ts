import { asNgatuError, type Clock, type Lifetime, type Log, lifetime } from '#base';
import type { Camera, CameraId } from '#camera';
import type { Observation } from '#perception';
import { type Learned, type RuleOutcome, readLearned } from '#rules';
import type { History } from '#store';

/** Traffic counts on their way to history, what the rules learned, and the second hand that closes their minutes. */
export interface TrafficDesk extends Lifetime {
  take(camera: Camera, outcome: RuleOutcome): void;
  observed(observation: Observation): void;
  /** As it was when the camera's last engine ended, also before a restart. */
  learned(camera: CameraId): Learned | undefined;
  /** Stores now and then what `read` gives, and once more when it is closed. */
  learning(camera: CameraId, read: () => Learned): Lifetime;
  everySecond(tick: (now: number) => void): Lifetime;
}

export interface TrafficDeskParts {
  readonly history: Pick<History, 'traffic' | 'learned'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Kept for replay; undefined keeps none. */
  readonly archive: { append(observation: Observation): void } | undefined;
}

const LEARNED = 'traffic';
const LEARNED_EVERY_MS = 10 * 60_000;

export async function openTrafficDesk(
  parts: TrafficDeskParts,
  analysed: readonly CameraId[],
): Promise<TrafficDesk> {
  const { history, clock, log, archive } = parts;
  const learned = new Map<CameraId, Learned>();
  for (const camera of analysed) {
    const kept = readLearned((await history.learned.get(camera, LEARNED))?.state);
    if (kept !== undefined) learned.set(camera, kept);
  }
  const failed = (failure: unknown): void =>
    log.warn({ error: asNgatuError(failure).message }, 'traffic was not stored');
  const ticks = new Set<(now: number) => void>();
  const timer = setInterval(() => {
    for (const tick of ticks) tick(clock.now());
  }, 1000);
  return {
    take(_, { counts, movements }) {
      if (counts.length > 0) history.traffic.record(counts).catch(failed);
      if (movements.length > 0) history.traffic.recordTurns(movements).catch(failed);
    },
    observed: (observation) => archive?.append(observation),
    learned: (camera) => learned.get(camera),
    learning(camera, read) {
      const remember = (): void => {
        const state = read();
        learned.set(camera, state);
        history.learned.record(camera, LEARNED, state, clock.now()).catch(failed);
      };
      const again = setInterval(remember, LEARNED_EVERY_MS);
      return lifetime(() => {
        clearInterval(again);
        remember();
      });
    },
    everySecond(tick) {
      ticks.add(tick);
      return lifetime(() => void ticks.delete(tick));
    },
    close: () => clearInterval(timer),
  };
}
