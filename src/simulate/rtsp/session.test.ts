import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCameras, simulatedCameras, tinyClip, type Wire } from '../../../test/support/index.ts';

let ground: SimulatedCameras;

beforeAll(async () => {
  const clip = await tinyClip();
  ground = await simulatedCameras(clip, {
    cameras: [
      { name: 'plain', clip },
      { name: 'twin', clip },
      { name: 'brief', clip, sessionTimeoutSeconds: 0.3 },
    ],
  });
});

afterAll(() => ground.close());

describe('a session with a simulated camera', () => {
  it('answers what it does not do with the right status', async () => {
    const wire = await ground.dial('plain');
    const status = async (...asked: Parameters<Wire['request']>) => (await wire.request(...asked)).status;
    expect((await wire.request('OPTIONS')).headers.public).toContain('GET_PARAMETER');
    expect(await status('OPTIONS', '*')).toBe(200);
    expect(await status('PLAY')).toBe(454);
    expect(await status('SETUP', '/trackID=0', { Transport: 'RTP/AVP;unicast;client_port=5000-5001' })).toBe(
      461,
    );
    expect(await status('SETUP', '/trackID=1', { Transport: 'RTP/AVP/TCP;interleaved=0-1' })).toBe(404);
    expect(await status('DESCRIBE', '/nowhere')).toBe(404);
    expect(await status('DESCRIBE', ground.simulator.url('twin'))).toBe(455);
    expect(await status('DESCRIBE', '', { Accept: 'text/plain' })).toBe(406);
    expect(await status('GET_PARAMETER', '', { Session: 'nobody' })).toBe(454);
    expect(await status('GET_PARAMETER')).toBe(200);
    wire.close();
  });

  it('pauses, plays on and tears down', async () => {
    const wire = await ground.playing('plain', 5);
    expect((await wire.request('PAUSE')).status).toBe(200);
    const paused = wire.rtp().length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(wire.rtp().length).toBe(paused);
    expect((await wire.request('PLAY')).status).toBe(200);
    await wire.until(() => wire.rtp().length > paused);
    const before = ground.simulator.stats().playing;
    expect((await wire.request('TEARDOWN')).status).toBe(200);
    expect(ground.simulator.stats().playing).toBe(before - 1);
    expect((await wire.request('PLAY')).status).toBe(454);
    wire.close();
  });

  it('closes a session nobody speaks to', async () => {
    const silent = await ground.dial('brief');
    expect((await silent.play()).headers.session).toContain('timeout=1');
    expect(await silent.ended).toBe('fin');
    expect(ground.simulator.camera('brief').sessionsTimedOut).toBe(1);
  });

  it('gives up on a client that talks nonsense or asks without reading', async () => {
    const { port } = new URL(ground.simulator.url('plain'));
    const before = ground.simulator.stats().connections.malformed;
    const nonsense = connect({ host: '127.0.0.1', port: Number(port) });
    nonsense.write('GET / HTTP/1.1\r\n\r\n');
    const answer = await new Promise<string>((resolve) =>
      nonsense.once('data', (chunk) => resolve(String(chunk))),
    );
    expect(answer).toMatch(/^RTSP\/1\.0 400 /);
    expect(ground.simulator.stats().connections.malformed).toBe(before + 1);
    nonsense.destroy();
  });

  it('knows when it was dialled', async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = Date.now();
    const wires = await Promise.all([1, 2, 3].map(() => ground.dial('plain')));
    await wires[0]!.request('OPTIONS');
    for (const wire of wires) wire.close();
    const dials = ground.simulator.dials(since);
    expect(dials.length).toBe(3);
    expect(dials.every(({ at, host }) => host === '127.0.0.1' && Math.abs(at - since) < 1000)).toBe(true);
  });
});
