import { execFileSync } from 'node:child_process';
import sharp from 'sharp';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog, systemClock } from '#base';
import type { AccessUnit } from '#ingest';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { tinyClip } from '../../../test/support/index.ts';
import { createDarkroom, type Darkroom } from './darkroom.ts';
import type { EncoderSink } from './remote-encoder.ts';

const log = createLog({ level: 'silent' });
let unit: AccessUnit;
beforeAll(async () => {
  unit = (await accessUnitsOf(await tinyClip()))[0]!;
});

let darkroom: Darkroom;
afterEach(() => darkroom.close());

const order = () => ({ units: [unit], width: undefined, format: 'jpeg' as const, drawing: undefined });
const sink = (): EncoderSink & { readonly reasons: (string | undefined)[] } => {
  const reasons: (string | undefined)[] = [];
  return { reasons, format() {}, sample() {}, ended: (reason) => void reasons.push(reason) };
};

/** The darkroom's process, by its command line. */
function processes(): number[] {
  const lines = execFileSync('ps', ['-o', 'pid=,ppid=,args=', '-A'], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((found) => found?.[2] === String(process.pid) && found[3]?.includes('darkroom/main.ts'))
    .map((found) => Number(found![1]));
}

describe('the darkroom', () => {
  it('is started anew when its process dies, and fails what was under way by name', async () => {
    darkroom = createDarkroom({ clock: systemClock, log });
    expect(await darkroom.develop(order())).toMatchObject({ width: 320, height: 180 });
    const encoding = sink();
    darkroom.encode(640, encoding);
    const lost = darkroom.develop(order());
    process.kill(processes()[0]!, 'SIGKILL');
    await expect(lost).rejects.toMatchObject({ code: 'DARKROOM_ENDED', kind: 'transient' });
    expect(encoding.reasons).toEqual([expect.stringContaining('ended')]);
    await expect(darkroom.look([unit])).rejects.toMatchObject({ code: 'DARKROOM_ENDED' });
    await vi.waitFor(async () => expect(await darkroom.develop(order())).toMatchObject({ width: 320 }), {
      timeout: 20_000,
      interval: 200,
    });
    expect(darkroom.stats).toMatchObject({ restarts: 1, running: 0, waiting: 0 });
  });

  it('develops a part of a picture from its own pixels, large enough for the eye', async () => {
    darkroom = createDarkroom({ clock: systemClock, log });
    const whole = await darkroom.develop(order());
    const part = { left: 0.5, top: 0.25, right: 1, bottom: 0.75 };
    const cut = await darkroom.develop({ ...order(), part });
    expect(cut).toMatchObject({ width: 480, height: 270 });
    const same = { left: 160, top: 45, width: 160, height: 90 };
    const expected = await sharp(whole.bytes).extract(same).raw().toBuffer();
    const pixels = await sharp(cut.bytes).resize(160, 90).raw().toBuffer();
    const apart = pixels.reduce((sum, pixel, i) => sum + Math.abs(pixel - expected[i]!), 0) / pixels.length;
    expect(apart).toBeLessThan(8);
    const edge = await darkroom.develop({
      ...order(),
      part: { left: 0.999, top: 0.999, right: 1, bottom: 1 },
    });
    expect(edge.width).toBe(480);
  });

  it('is started anew when a job takes too long', async () => {
    darkroom = createDarkroom({ clock: systemClock, log, options: { patienceMs: 1 } });
    await expect(darkroom.develop(order())).rejects.toMatchObject({ code: 'DARKROOM_ENDED' });
    expect(darkroom.stats.restarts).toBe(1);
  });

  it('leaves no process behind', async () => {
    darkroom = createDarkroom({ clock: systemClock, log });
    await darkroom.develop(order());
    expect(processes()).toHaveLength(1);
    const encoding = sink();
    darkroom.encode(640, encoding);
    await darkroom.close();
    expect(processes()).toEqual([]);
    expect(encoding.reasons).toHaveLength(1);
    await expect(darkroom.develop(order())).rejects.toMatchObject({ code: 'DARKROOM_ENDED' });
    await darkroom.close();
  });
});
