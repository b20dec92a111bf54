/** A viewer who cannot take what the cameras give: what reaches it must stay recent, fair and bounded. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog, systemClock } from '#base';
import type { AccessUnit } from '#ingest';
import { createHub } from '#live';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { tinyClip } from '../../../test/support/index.ts';
import { slowRoad } from '../../../test/support/slow-road.ts';
import { connectWall, serveWall } from '../../../test/support/wall.ts';
import type { WallFrame } from '../wall-frame.ts';
import { WALL_LIMITS, type WallLimits } from './port.ts';
import { createWall } from './wall.ts';

const log = createLog({ level: 'silent' });
let clip: AccessUnit[];
beforeAll(async () => {
  clip = await accessUnitsOf(await tinyClip('likeACamera'));
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Cameras that send the clip again and again from now on, each with its own phase, stamped with the true time. */
function cameras(count: number, write: (camera: string, unit: AccessUnit) => void): void {
  const began = performance.now();
  const sent = Array.from({ length: count }, (_, i) => i * 11);
  const first = [...sent];
  const ticking = setInterval(() => {
    for (let i = 0; i < count; i++)
      for (; sent[i]! - first[i]! <= ((performance.now() - began) * 15) / 1000; sent[i]!++) {
        const n = sent[i]!;
        const ticks = n * 6000;
        const now = systemClock.now();
        const unit = clip[n % clip.length]!;
        write(`c${i}`, {
          ...unit,
          sequence: n,
          dts90k: ticks,
          pts90k: ticks,
          capturedAt: now,
          receivedAt: now,
        });
      }
  }, 20);
  closing.push(() => clearInterval(ticking));
}

async function watchedOver(bytesPerSecond: number, channels: number, limits: Partial<WallLimits> = {}) {
  const hub = createHub({ log });
  const wall = createWall({
    hub,
    sources: { streams: (id) => [{ id, name: 'main' }], want: () => ({ close() {} }) },
    watchState: () => ({ close() {} }),
    transcoder: undefined,
    clock: systemClock,
    log,
    limits,
  });
  const served = await serveWall(wall);
  closing.push(() => served.close());
  const road = await slowRoad(Number(new URL(served.url).port), bytesPerSecond);
  closing.push(() => road.close());
  const client = await connectWall(`ws://127.0.0.1:${road.port}`);
  closing.push(() => client.socket.terminate());
  const ages: { readonly frame: WallFrame; readonly ageMs: number; readonly at: number }[] = [];
  client.socket.on('message', (_, isBinary) => {
    const frame = client.frames.at(-1);
    if (isBinary && frame?.kind === 'fragment')
      ages.push({ frame, ageMs: systemClock.now() - frame.capturedAt, at: performance.now() });
  });
  for (let channel = 0; channel < channels; channel++)
    client.send({ type: 'watch', channel, camera: `c${channel}`, tier: 'full' });
  return { hub, wall, road, client, ages };
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

describe('a viewer behind 2 Mbit/s', () => {
  it('gets recent pictures of all of 16 cameras, is told what is left out, and falls no further behind', async () => {
    const { hub, wall, client, ages } = await watchedOver(250_000, 16);
    cameras(16, (camera, unit) => hub.write(camera, unit));
    await seconds(7);
    const late = ages.filter(({ at }) => at > performance.now() - 4000);
    const sorted = late.map(({ ageMs }) => ageMs).sort((a, b) => a - b);
    const used = late.reduce((sum, { frame }) => sum + frame.mp4.length, 0) / (4 * 250_000);
    process.stderr.write(
      `2 Mbit/s, 16 cameras of 0.5: ${Math.round(used * 100)} % of the road used, age p50 ${sorted[sorted.length >> 1]?.toFixed(0)} ms, most ${sorted.at(-1)?.toFixed(0)} ms\n`,
    );
    expect(used).toBeGreaterThan(0.5);
    expect(sorted.at(-1)).toBeLessThan(3500);
    expect(new Set(late.map(({ frame }) => frame.channel)).size).toBe(16);
    const told = client.of('dropped').reduce((sum, { pictures }) => sum + pictures, 0);
    expect(told).toBeGreaterThan(100);
    expect(told).toBeLessThanOrEqual(wall.stats().picturesDropped);
    // Whatever is shown follows from what came before it: after a hole comes a keyframe.
    for (let channel = 0; channel < 16; channel++) {
      let last: number | undefined;
      for (const { sequence, keyframe } of client.fragments(channel)) {
        if (!keyframe) expect(sequence).toBe(last! + 1);
        last = sequence;
      }
    }
  });

  it('that suffices for three, shows them whole', async () => {
    const { hub, client, ages } = await watchedOver(250_000, 3);
    cameras(3, (camera, unit) => hub.write(camera, unit));
    await seconds(4);
    const late = ages.filter(({ at }) => at > performance.now() - 2000);
    expect(late.length).toBeGreaterThan(60);
    expect(client.of('dropped').length).toBeLessThanOrEqual(3);
  });
});

describe('a viewer that stops reading', () => {
  it('holds back no more than the bound and is cut off', async () => {
    const { hub, wall, client, road } = await watchedOver(50_000_000, 16, { silentMs: 2000 });
    cameras(16, (camera, unit) => hub.write(camera, unit));
    await seconds(1.5);
    expect(wall.stats()).toMatchObject({ viewers: 1, viewersCutOff: 0 });
    road.block();
    const before = wall.stats().bytesSent;
    await vi.waitFor(() => expect(wall.stats()).toMatchObject({ viewers: 0, viewersCutOff: 1 }), {
      timeout: 6000,
    });
    expect(wall.stats().bytesSent - before).toBeLessThan(WALL_LIMITS.window.largestBytes);
    expect(wall.stats().channels).toBe(0);
    expect(hub.stats().readers).toBe(0);
    client.socket.terminate();
  });
});
