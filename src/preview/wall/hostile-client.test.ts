/** Anything at all from a client: the wall answers or ignores it, and others see nothing of it. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLog, systemClock } from '#base';
import { createHub, type Hub } from '#live';
import { accessUnitsOf } from '../../../test/support/access-units.ts';
import { tinyClip } from '../../../test/support/index.ts';
import { connectWall, type ServedWall, serveWall, type WallClient } from '../../../test/support/wall.ts';
import { readRequest } from './client-message.ts';
import type { Wall } from './port.ts';
import { createWall } from './wall.ts';

const log = createLog({ level: 'silent' });

describe('readRequest', () => {
  it('never throws, and its complaints are short', () => {
    const anything = fc.oneof(
      fc.string({ maxLength: 9000 }),
      fc.json(),
      fc.anything().map((each) => JSON.stringify(each) ?? ''),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const read = readRequest(text);
        if (!read.ok) expect(read.problem.length).toBeLessThanOrEqual(300);
      }),
      { numRuns: 3000 },
    );
  });

  it('takes only what the protocol knows', () => {
    const request = fc.record({
      type: fc.constantFrom('watch', 'unwatch', 'accepts', 'format', '__proto__'),
      channel: fc.oneof(fc.integer({ min: -2, max: 65_540 }), fc.double(), fc.constant(null)),
      camera: fc.oneof(fc.string({ maxLength: 300 }), fc.integer()),
      tier: fc.constantFrom('full', 'keyframes', 'all', ''),
      codecs: fc.array(fc.string({ maxLength: 80 }), { maxLength: 80 }),
    });
    fc.assert(
      fc.property(request, (sent) => {
        const read = readRequest(JSON.stringify(sent));
        if (!read.ok || read.request.type === 'accepts') return;
        expect(Number.isInteger(read.request.channel)).toBe(true);
        expect(read.request.channel).toBeGreaterThanOrEqual(0);
        expect(read.request.channel).toBeLessThanOrEqual(65_535);
        if (read.request.type === 'watch') expect(['full', 'keyframes']).toContain(read.request.tier);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a wall with a hostile client', () => {
  let hub: Hub;
  let wall: Wall;
  let served: ServedWall;
  beforeAll(async () => {
    hub = createHub({ log });
    wall = createWall({
      hub,
      sources: {
        streams: (id) => (id.startsWith('c') ? [{ id, name: 'main' }] : undefined),
        want: () => ({ close() {} }),
      },
      watchState: () => ({ close() {} }),
      transcoder: undefined,
      clock: systemClock,
      log,
    });
    served = await serveWall(wall);
  });
  afterAll(() => served.close());

  const hostile = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .record({
        type: fc.constantFrom('watch', 'unwatch', 'accepts'),
        channel: fc.integer({ min: 0, max: 300 }),
        camera: fc.constantFrom('c1', 'c2', 'c3', 'nowhere', '__proto__'),
        tier: fc.constantFrom('full', 'keyframes'),
        stream: fc.constantFrom('sub', 'main'),
        codecs: fc.constantFrom([], ['h265'], ['h264', 'hvc1.1.6.L93']),
      })
      .map((request) => JSON.stringify(request)),
  );

  it('goes on serving the others, and forgets it when it leaves', async () => {
    const units = await accessUnitsOf(await tinyClip());
    const good = await connectWall(served.url);
    good.send({ type: 'watch', channel: 1, camera: 'c1', tier: 'full' });
    await vi.waitFor(() => expect(wall.stats().channels).toBe(1));
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 400 }), async (messages) => {
        const bad: WallClient = await connectWall(served.url);
        for (const message of messages) bad.socket.send(message);
        hub.write('c1', {
          ...units[0]!,
          sequence: sent++,
          receivedAt: sent,
          dts90k: sent * 6000,
          pts90k: sent * 6000,
        });
        bad.socket.send(JSON.stringify({ type: 'watch', channel: 300, camera: 'c2', tier: 'full' }));
        await new Promise((resolve) => bad.socket.once('close', resolve).close());
      }),
      { numRuns: 60 },
    );
    await vi.waitFor(() => expect(good.fragments(1)).toHaveLength(sent));
    await vi.waitFor(() => expect(wall.stats()).toMatchObject({ viewers: 1, channels: 1 }));
    expect(hub.stats().readers).toBe(1);
    good.socket.terminate();
  });

  it('shows a client out that sends nothing but nonsense', async () => {
    const bad = await connectWall(served.url);
    const closed = new Promise<number>((resolve) => bad.socket.once('close', resolve));
    for (let i = 0; i < 3000; i++) bad.socket.send('nonsense');
    expect(await closed).toBe(1008);
    expect(bad.replies.length).toBeLessThan(100);
  });

  it('takes forged pongs for nothing', async () => {
    const bad = await connectWall(served.url);
    for (let id = 0; id < 100; id++) bad.socket.pong(Buffer.from([0, 0, 0, id]));
    bad.socket.pong(Buffer.alloc(125, 1));
    bad.socket.pong();
    bad.send({ type: 'watch', channel: 1, camera: 'nowhere', tier: 'full' });
    await vi.waitFor(() => expect(bad.of('error')).toHaveLength(1));
    bad.socket.terminate();
  });
});
