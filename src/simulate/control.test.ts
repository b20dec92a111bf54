import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialWire, tinyClip } from '../../test/support/index.ts';
import { type Control, type Simulator, startControl, startSimulator } from './index.ts';

let simulator: Simulator;
let control: Control;

beforeAll(async () => {
  const clip = await tinyClip();
  simulator = await startSimulator({ cameras: ['a', 'b'].map((name) => ({ name, clip })) });
  control = await startControl(simulator);
});

afterAll(async () => {
  await control.close();
  await simulator.close();
});

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(control.url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

describe('the control port', () => {
  it('starts, lists and ends faults', async () => {
    const started = await ask('POST', '/faults', { fault: 'silent', cameras: 'a' });
    expect(started).toMatchObject({ status: 201, body: { cameras: 1, fault: { fault: 'silent' } } });
    expect((await ask('GET', '/faults')).body).toEqual([started.body]);
    expect(simulator.camera('a').faults).toEqual(['silent']);
    expect(await ask('DELETE', `/faults/${started.body.id}`)).toEqual({ status: 204, body: undefined });
    expect((await ask('DELETE', `/faults/${started.body.id}`)).status).toBe(404);
    await ask('POST', '/faults', { fault: 'mute' });
    await ask('POST', '/faults', { fault: 'no-marker' });
    expect((await ask('DELETE', '/faults')).status).toBe(204);
    expect((await ask('GET', '/faults')).body).toEqual([]);
  });

  it('tells figures, cameras and dials', async () => {
    const wire = await dialWire(simulator.url('b'));
    await wire.play();
    await wire.until(() => wire.rtp().length > 5);
    expect((await ask('GET', '/stats')).body).toMatchObject({ cameras: 2, playing: 1, picturesDropped: 0 });
    const cameras = (await ask('GET', '/cameras')).body;
    expect(cameras[1]).toMatchObject({ name: 'b', url: simulator.url('b'), connections: 1 });
    expect(cameras[1].pictures).toBeGreaterThan(0);
    expect((await ask('GET', '/dials?since=0')).body).toHaveLength(1);
    expect((await ask('GET', `/dials?since=${Date.now() + 1000}`)).body).toEqual([]);
    wire.close();
  });

  it.each([
    ['POST', '/faults', { fault: 'nonsense' }, 422],
    ['POST', '/faults', { fault: 'switch-clip', clip: '/no/such.mp4' }, 422],
    ['POST', '/faults', '{', 400],
    ['POST', '/faults', 'x'.repeat(70_000), 413],
    ['PUT', '/faults', undefined, 405],
    ['POST', '/stats', {}, 405],
    ['GET', '/nothing', undefined, 404],
    ['GET', '/faults/1/2', undefined, 404],
    ['DELETE', '/faults/99', undefined, 404],
  ])('%s %s with %j is refused as a problem', async (method, path, body, status) => {
    const answer = await ask(method, path, body);
    expect(answer).toMatchObject({ status, body: { status } });
    expect(answer.body.detail).not.toBe('');
  });

  it('is closed to pages of other origins', async () => {
    expect((await ask('POST', '/faults', '{"fault":"mute"}', { 'Content-Type': 'text/plain' })).status).toBe(
      415,
    );
    const { port } = new URL(control.url);
    const status = await new Promise((resolve) =>
      request({ port, host: '127.0.0.1', path: '/stats', headers: { Host: 'evil.example' } }, (response) =>
        resolve(response.statusCode),
      ).end(),
    );
    expect(status).toBe(403);
  });
});
