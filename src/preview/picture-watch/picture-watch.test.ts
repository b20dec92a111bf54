import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog, type Lifetime, systemClock } from '#base';
import type { AccessUnit } from '#ingest';
import { createHub } from '#live';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { tinyClip } from '../../../test/support/index.ts';
import { createDarkroom, type Darkroom } from '../darkroom/darkroom.ts';
import { createPictureWatch, type PictureFinding, type PictureWatchOptions } from './picture-watch.ts';

const log = createLog({ level: 'silent' });
let moving: AccessUnit[];
let black: AccessUnit[];
let still: AccessUnit[];
beforeAll(async () => {
  const keyframes = (units: readonly AccessUnit[]) => units.filter((unit) => unit.keyframe);
  moving = keyframes(await accessUnitsOf(await tinyClip({ keyframeSeconds: 0.2, seconds: 6 })));
  black = keyframes(
    await accessUnitsOf(await tinyClip({ keyframeSeconds: 0.2, seconds: 6, picture: 'black' })),
  );
  still = keyframes(
    await accessUnitsOf(await tinyClip({ keyframeSeconds: 0.2, seconds: 6, picture: 'still' })),
  );
});

let shared: Darkroom;
beforeAll(() => {
  shared = createDarkroom({ clock: systemClock, log });
});
afterAll(() => shared.close());
const closing: Lifetime[] = [];
afterEach(() => {
  for (const each of closing.splice(0).reverse()) void each.close();
});

const place = { latitude: 20.95, longitude: 107.07, headingDegrees: undefined };
const noon = Date.UTC(2025, 5, 21, 5);

/** A watch that looks as often as it can, and cameras whose clock runs a minute a keyframe. */
function watching(cameras: readonly string[], options: Partial<PictureWatchOptions> = {}) {
  const hub = createHub({ log });
  const findings: PictureFinding[] = [];
  const watch = createPictureWatch({
    hub,
    darkroom: shared,
    clock: systemClock,
    log,
    tell: (finding) => findings.push(finding),
    options: { looksPerSecond: 100, batch: 16, batchMs: 0, tickMs: 50, ...options },
  });
  closing.push(watch);
  for (const camera of cameras) closing.push(watch.watch({ camera, stream: camera, location: place }));
  let minutes = 0;
  const write = (camera: string, unit: AccessUnit) => {
    const at = noon + minutes++ * 60_000;
    hub.write(camera, { ...unit, capturedAt: at, receivedAt: at, sequence: minutes });
  };
  return { hub, watch, findings, write };
}

/** Goes on feeding until something is found. */
async function until(findings: readonly PictureFinding[], count: number, feed: (nth: number) => void) {
  let nth = 0;
  await vi.waitFor(
    () => {
      feed(nth++);
      expect(findings.length).toBeGreaterThanOrEqual(count);
    },
    { timeout: 55_000, interval: 100 },
  );
}

describe('the picture watch', () => {
  it('finds the very same coded picture without decoding anything', async () => {
    const { findings, write, watch } = watching(['a', 'b'], { looksPerSecond: 0 });
    for (let i = 0; i < 8; i++) {
      write('a', moving[0]!);
      write('b', moving[i]!);
    }
    expect(findings).toMatchObject([{ camera: 'a', state: 'frozen' }]);
    write('a', moving[1]!);
    expect(findings.slice(1)).toMatchObject([{ camera: 'a', state: 'good' }]);
    expect(watch.stats).toMatchObject({ cameras: 2, looks: 0, withFault: 0 });
  });

  it('finds a picture that is still though encoded anew each time', async () => {
    const { findings, write } = watching(['a', 'b'], { sameCount: 1000 });
    await until(findings, 1, (nth) => {
      write('a', still[nth % still.length]!);
      write('b', moving[nth % moving.length]!);
    });
    expect(findings).toMatchObject([{ camera: 'a', state: 'frozen' }]);
  });

  it('finds a black picture, says so once, and that it is over', async () => {
    const { findings, write } = watching(['a'], { sameCount: 1000 });
    await until(findings, 1, () => write('a', black[0]!));
    expect(findings).toMatchObject([{ camera: 'a', state: 'black', reason: 'The picture is black.' }]);
    await until(findings, 2, (nth) => write('a', moving[nth % moving.length]!));
    expect(findings[1]).toMatchObject({ camera: 'a', state: 'good' });
  });

  it('forgets a camera, and survives one that cannot be decoded', async () => {
    const { hub, watch, write } = watching(['a', 'b']);
    const broken = {
      ...moving[0]!,
      data: Buffer.concat([Buffer.from([0, 0, 4, 0]), Buffer.alloc(1024, 0x65)]),
    };
    await vi.waitFor(
      () => {
        write('a', broken);
        write('b', moving[0]!);
        expect(watch.stats.looksFailed).toBeGreaterThan(0);
        expect(watch.stats.looks).toBeGreaterThan(0);
      },
      { timeout: 30_000, interval: 100 },
    );
    for (const each of closing.splice(0).reverse()) void each.close();
    expect(hub.stats().readers).toBe(0);
  });
});
