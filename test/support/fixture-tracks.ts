/** The true tracks of a scene in test-fixtures, as a detector that misses only what is small or hidden would archive them. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import type { Observation, RoadUser } from '#perception';

const scenes = resolve(import.meta.dirname, '../../test-fixtures/scenes');

interface Frame {
  readonly frame: number;
  readonly seconds: number;
  readonly boxes: readonly {
    readonly id: number;
    readonly kind: RoadUser;
    readonly box: readonly [number, number, number, number];
    readonly visible: number;
    readonly px: number;
  }[];
}

export interface FixtureTracks {
  readonly scene: string;
  readonly camera: CameraId;
  readonly startsAt: EpochMs;
  /** How often the clip is played, with other road users each time; once unless told. */
  readonly times?: number;
}

export function sceneFile(scene: string): string {
  return join(scenes, scene, 'scene.yaml');
}

export function* fixtureTracks({
  scene,
  camera,
  startsAt,
  times = 1,
}: FixtureTracks): Generator<Observation> {
  const lines = readFileSync(join(scenes, scene, 'tracks.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  // Of 15 pictures a second, 5.
  const frames = lines.map((line) => JSON.parse(line) as Frame).filter(({ frame }) => frame % 3 === 0);
  // A pause after which nobody is taken for the one before.
  const secondsEach = frames.at(-1)!.seconds + 6;
  for (let time = 0; time < times; time++)
    for (const { seconds, boxes } of frames) {
      const at = startsAt + (time * secondsEach + seconds) * 1000;
      const seen = boxes.filter(({ visible, px }) => visible >= 0.5 && px >= 20);
      yield {
        ...{ camera, capturedAt: at, quality: 'good' },
        tracks: seen.map(({ id, kind, box: [left, top, right, bottom] }) => ({
          ...{ id: time * 1000 + id, kind, box: { left, top, right, bottom }, confidence: 0.8 },
          ...{ firstSeenAt: at, lastSeenAt: at, hits: 1 },
        })),
      };
    }
}
