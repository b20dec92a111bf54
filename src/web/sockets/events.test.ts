import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { raise, type TestSite, testSite } from '../../../test/support/web/test-site.ts';
import type { EventMessage, EventPage } from '../api/contract.ts';

type Told<Type extends EventMessage['type']> = Extract<EventMessage, { type: Type }>;

/** A client that keeps what it is told. */
class Listener {
  readonly told: EventMessage[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;

  constructor(site: TestSite, query = '') {
    const headers = { authorization: `Bearer ${site.token}` };
    this.socket = new WebSocket(`${site.url.replace('http', 'ws')}/api/events${query}`, { headers });
    this.socket.on('message', (data) => this.told.push(JSON.parse(String(data)) as EventMessage));
    this.socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
  }

  of<Type extends EventMessage['type']>(...types: Type[]): Told<Type>[] {
    return this.told.filter((message) => types.includes(message.type as Type)) as Told<Type>[];
  }

  get sequences(): number[] {
    return this.of('incident', 'camera-state', 'outage').map((message) => message.sequence);
  }

  get newest(): number {
    return this.sequences.at(-1) ?? 0;
  }

  async until(sequence: number): Promise<void> {
    await expect.poll(() => this.newest, { timeout: 20_000, interval: 10 }).toBe(sequence);
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('events socket', () => {
  let site: TestSite;
  const open: Listener[] = [];
  const listen = (query?: string) => {
    const made = new Listener(site, query);
    open.push(made);
    return made;
  };
  const happen = async (count: number, prefix: string) => {
    for (let i = 0; i < count; i++) await raise(site.history, `${prefix}-${i}`);
  };

  beforeEach(async () => {
    site = await testSite({ heartbeatMs: 100 });
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.socket.terminate();
    await site.close();
  });

  it('says where the log stands, then what happens, within a moment', async () => {
    await happen(2, 'before');
    const listener = listen();
    await expect.poll(() => listener.of('hello'), { timeout: 20_000 }).toHaveLength(1);
    expect(listener.of('hello')[0]).toEqual({
      ...{ type: 'hello', log: site.history.events.id, oldest: 1, newest: 2, heartbeatSeconds: 0.1 },
    });
    await happen(1, 'now');
    await listener.until(3);
    expect(listener.sequences).toEqual([3]);
    expect(listener.of('incident')[0]).toMatchObject({
      change: 'opened',
      incident: { id: 'now-0', state: 'open' },
    });
    await expect.poll(() => listener.of('heartbeat').at(-1)?.sequence, { timeout: 20_000 }).toBe(3);
  });

  it('replays what was missed and goes on live, without a seam or a double, under load', async () => {
    await happen(50, 'old');
    const writing = Promise.all([happen(300, 'a'), happen(300, 'b'), happen(300, 'c')]);
    const whole = listen('?after=0');
    // One that loses its connection again and again and comes back with the last sequence it has.
    const seen: number[] = [];
    let done = false;
    void writing.then(() => {
      done = true;
    });
    while (!done || (seen.at(-1) ?? 0) < 950) {
      const listener = listen(`?after=${seen.at(-1) ?? 0}`);
      await new Promise((resolve) => setTimeout(resolve, 15 + Math.random() * 40));
      listener.socket.terminate();
      await listener.closed;
      seen.push(...listener.sequences);
    }
    await whole.until(950);
    expect(whole.sequences).toEqual(range(1, 950));
    expect(seen).toEqual(range(1, 950));
  });

  it('tells of a gap where the log was trimmed, and of sequences from another log', async () => {
    await happen(5, 'old');
    await site.history.trim({ eventDays: -1, incidentDays: 99, cameraStateDays: 99, trafficDays: 99 });
    await happen(2, 'new');
    const behind = listen('?after=2');
    await behind.until(7);
    expect(behind.of('gap')).toEqual([{ type: 'gap', from: 3, to: 4, reason: 'trimmed' }]);
    expect(behind.sequences).toEqual([5, 6, 7]);
    for (const query of ['?after=99', '?after=6&log=another']) {
      const foreign = listen(query);
      await expect
        .poll(() => foreign.of('gap'), { timeout: 20_000 })
        .toEqual([{ type: 'gap', from: 1, to: 7, reason: 'other-log' }]);
    }
    const same = listen(`?after=6&log=${site.history.events.id}`);
    await same.until(7);
    expect(same.of('gap')).toEqual([]);
  });

  it('keeps to the kinds and domains asked for, and its heartbeat says how far it has come', async () => {
    const harbour = { camera: 'bai-chay-3', name: 'Cảng', domain: 'harbour' };
    const all = listen('?after=0');
    const states = listen('?after=0&type=camera-state');
    const outages = listen('?after=0&type=outage');
    const traffic = listen('?after=0&domain=traffic&domain=police');
    await happen(2, 'i');
    await site.history.cameras.record(
      { camera: harbour.camera, state: 'live', since: Date.now(), reason: '' },
      harbour,
    );
    const [outage] = site.deps.outages.standing();
    await site.history.outages.record({ change: 'begun', outage: outage! });
    await site.history.outages.record({
      change: 'grown',
      outage: { ...outage!, down: 2, domains: ['harbour', 'police'] },
    });
    await all.until(5);
    expect(states.sequences).toEqual([3]);
    expect(traffic.sequences).toEqual([1, 2, 5]);
    await outages.until(5);
    expect(outages.of('outage')).toMatchObject([
      { sequence: 4, change: 'begun', outage: { scope: 'domain', name: 'harbour', down: 1 } },
      { sequence: 5, change: 'grown', outage: { domains: ['harbour', 'police'], down: 2 } },
    ]);
    await expect.poll(() => traffic.of('heartbeat').at(-1)?.sequence, { timeout: 20_000 }).toBe(5);
  });

  it('refuses a query it does not understand, and a client that talks', async () => {
    const wrong = new WebSocket(`${site.url.replace('http', 'ws')}/api/events?after=-1`, {
      headers: { authorization: `Bearer ${site.token}` },
    });
    const status = new Promise((resolve) =>
      wrong.on('unexpected-response', (_, answer) => resolve(answer.statusCode)),
    );
    wrong.on('error', () => undefined);
    expect(await status).toBe(400);
    wrong.terminate();
    const talker = listen();
    await expect.poll(() => talker.told.length, { timeout: 20_000 }).toBeGreaterThan(0);
    talker.socket.send('hello?');
    expect(await talker.closed).toBe(1008);
  });

  it('holds nothing for a client that stops reading, and leads it through the log when it reads again', async () => {
    const slow = await stoppedClient(site);
    const quick = listen('?after=0');
    const before = process.memoryUsage().arrayBuffers;
    // Far more than the sockets' own buffers take.
    const text = 'x'.repeat(2000);
    await raise(site.history, 'long');
    for (let i = 0; i < 4000; i += 100)
      await Promise.all(
        range(i, i + 99).map((n) =>
          site.history.incidents.act('long', { action: 'note', text: text + n }, 'lan'),
        ),
      );
    await quick.until(4001);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30e6);
    const received = await slow.readOn(4001);
    expect(received).toEqual(range(1, 4001));
  });
});

/** Does the handshake by hand and then reads nothing until told to. */
async function stoppedClient(site: TestSite): Promise<{ readOn(until: number): Promise<number[]> }> {
  const socket: Socket = connect(site.web.port, '127.0.0.1');
  socket.write(
    `GET /api/events?after=0 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${site.token}\r\n\r\n`,
  );
  await new Promise((resolve) => socket.once('readable', resolve));
  let bytes = socket.read() as Buffer;
  bytes = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
  socket.pause();
  return {
    async readOn(until) {
      const found: number[] = [];
      const chunks = [bytes];
      for await (const chunk of socket) {
        chunks.push(chunk as Buffer);
        if (String(chunk).includes(`"sequence":${until},`)) break;
      }
      const text = Buffer.concat(chunks).toString('latin1');
      for (const [, sequence] of text.matchAll(/(?<!"heartbeat",)"sequence":(\d+),"at"/g))
        found.push(Number(sequence));
      socket.destroy();
      return found;
    },
  };
}

describe('events over HTTP', () => {
  let site: TestSite;
  beforeAll(async () => {
    site = await testSite();
  });
  afterAll(() => site.close());

  it('gives the log page by page', async () => {
    for (let i = 0; i < 5; i++) await raise(site.history, `i${i}`);
    const page = (await (await site.call('GET', '/api/events?after=1&limit=2')).json()) as EventPage;
    expect(page).toMatchObject({ log: site.history.events.id, oldest: 1, newest: 5 });
    expect(page.events.map((event) => event.sequence)).toEqual([2, 3]);
  });
});
