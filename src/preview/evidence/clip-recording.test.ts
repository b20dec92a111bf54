import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '#base';
import type { AccessUnit } from '#ingest';
import { createHub, type Hub } from '#live';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { play, tinyClip } from '../../../test/support/index.ts';
import { createClip } from '../mp4/clip.ts';
import { recordClip } from './clip-recording.ts';

const log = createLog({ level: 'silent' });
let clip: AccessUnit[];
beforeAll(async () => {
  clip = await accessUnitsOf(await tinyClip({ keyframeSeconds: 1, seconds: 8 }));
});

const sequences = (units: readonly AccessUnit[]) => units.map((unit) => unit.sequence);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const write = (hub: Hub, from: number, to: number) => {
  for (const unit of clip.slice(from, to)) hub.write('a', unit);
};

describe('recordClip', () => {
  it('goes from the group before the moment asked for to the end, each picture once', async () => {
    const hub = createHub({ log });
    hub.keep('a', 10);
    write(hub, 0, 50);
    const recording = recordClip(hub, 'a', { since: clip[20]!.capturedAt });
    expect(sequences(recording.units())).toEqual(range(15, 50));
    write(hub, 50, 70);
    const ending = recording.finish(30);
    write(hub, 70, 80);
    expect(sequences(await ending)).toEqual(range(15, 80));
    write(hub, 80, 90);
    expect(sequences(recording.units())).toEqual(range(15, 80));
    expect(hub.stats().readers).toBe(0);
  });

  it('holds the beginning and the end of what is too long, and makes a clip of both', async () => {
    const hub = createHub({ log });
    const groupBytes = clip.slice(0, 15).reduce((sum, { data }) => sum + data.length, 0);
    const maxBytes = groupBytes * 5;
    write(hub, 0, 1);
    const recording = recordClip(hub, 'a', { since: clip[0]!.capturedAt, maxBytes });
    for (let i = 1; i < clip.length; i++) {
      write(hub, i, i + 1);
      expect(recording.bytes).toBeLessThanOrEqual(maxBytes);
    }
    const held = sequences(recording.units());
    expect(held.slice(0, 15)).toEqual(range(0, 15));
    expect(held.at(-1)).toBe(clip.length - 1);
    expect(recording.leftOut).toBe(clip.length - held.length);
    expect(recording.leftOut).toBeGreaterThan(30);
    const cut = createClip(recording.units())!;
    const folder = await mkdtemp(join(tmpdir(), 'ngatu-recording-'));
    await writeFile(join(folder, 'clip.mp4'), Buffer.concat(cut.parts));
    expect(await play(join(folder, 'clip.mp4'), 60)).toEqual({
      pictures: held.length,
      complaints: [],
      exitCode: 0,
    });
    await rm(folder, { recursive: true });
    recording.close();
  });

  it('keeps no hole in a group that is larger than its bound', () => {
    const hub = createHub({ log });
    write(hub, 0, 1);
    const recording = recordClip(hub, 'a', { since: 0, maxBytes: 3 * (clip[0]!.data.length + 1500) });
    write(hub, 1, 15);
    const held = sequences(recording.units());
    expect(held).toEqual(range(0, held.length));
    expect(held.length).toBeLessThan(15);
    recording.close();
  });

  it('ends in time when the camera is gone, and at once when closed', async () => {
    const hub = createHub({ log });
    write(hub, 0, 10);
    const recording = recordClip(hub, 'a', { since: 0 });
    const ending = recording.finish(3_600_000);
    recording.close();
    expect(sequences(await ending)).toEqual(range(0, 10));
    expect(hub.stats().readers).toBe(0);
  });
});
