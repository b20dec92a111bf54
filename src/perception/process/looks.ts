import { NgatuError } from '#base';
import type { Camera } from '#camera';
import type { AccessUnit } from '#ingest';
import type { Perception } from '../port.ts';
import type { Detection } from '../track.ts';
import type { DetectorProcess } from './detector-process.ts';
import type { FromDetector, SentUnit } from './messages.ts';

/** Each is a decoder and a run of the network: more at once would come too late. */
const MOST_AT_ONCE = 4;
const ANSWER_WITHIN_MS = 8000;

interface Asked {
  readonly late: NodeJS.Timeout;
  resolve(detections: readonly Detection[]): void;
  reject(problem: NgatuError): void;
}

/** Second looks that wait for their answer. */
export interface Looks {
  ask: Perception['look'];
  answered(message: Extract<FromDetector, { say: 'looked' | 'not-looked' }>): void;
  /** The process that was asked is gone. */
  lost(): void;
}

export function createLooks(detector: Pick<DetectorProcess, 'tell' | 'accepts'>): Looks {
  const asked = new Map<number, Asked>();
  let count = 0;
  const settle = (look: number, with_: (waiting: Asked) => void): void => {
    const waiting = asked.get(look);
    if (waiting === undefined) return;
    asked.delete(look);
    clearTimeout(waiting.late);
    with_(waiting);
  };
  return {
    ask(camera: Camera, units: readonly AccessUnit[], part) {
      const last = units.at(-1);
      if (camera.analysis === undefined || last === undefined || units[0]?.keyframe !== true)
        return Promise.reject(failed(`camera '${camera.id}' gave no keyframe to look at`));
      if (!detector.accepts || asked.size >= MOST_AT_ONCE)
        return Promise.reject(
          new NgatuError('LOOK_BUSY', 'The detector cannot look again now.', { kind: 'transient' }),
        );
      const look = count++;
      const { model } = camera.analysis;
      const bytes = units.reduce((sum, unit) => sum + unit.data.length, 0);
      detector.tell(
        {
          say: 'look',
          look,
          model,
          format: last.format,
          units: units.map((unit) => sentUnit(unit, unit.data)),
          part,
        },
        bytes,
      );
      return new Promise((resolve, reject) => {
        const late = setTimeout(
          () => settle(look, (waiting) => waiting.reject(failed(`no answer within ${ANSWER_WITHIN_MS} ms`))),
          ANSWER_WITHIN_MS,
        );
        asked.set(look, { late, resolve, reject });
      });
    },
    answered(message) {
      if (message.say === 'looked') settle(message.look, (waiting) => waiting.resolve(message.detections));
      else {
        const kind = message.code.startsWith('MODEL_') ? 'config' : 'transient';
        settle(message.look, (waiting) =>
          waiting.reject(new NgatuError(message.code, message.problem, { kind })),
        );
      }
    },
    lost() {
      for (const look of asked.keys())
        settle(look, (waiting) => waiting.reject(failed('the detector went down')));
    },
  };
}

/** A unit as it is sent: without the format, which is sent apart, and without the memory, which stays. `data` may be made on demand. */
export function sentUnit({ format: _, memory: __, ...facts }: AccessUnit, data: Buffer): SentUnit {
  return { ...facts, data };
}

function failed(why: string): NgatuError {
  return new NgatuError('LOOK_FAILED', `No second look: ${why}.`, { kind: 'transient' });
}
