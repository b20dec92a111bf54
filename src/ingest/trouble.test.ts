import { beforeAll, describe, expect, it } from 'vitest';
import { tinyClip } from '../../test/support/index.ts';
import { decode, puller, simulated } from '../../test/support/pulling.ts';

describe.concurrent('ingest, cameras in trouble', () => {
  let clip: string;
  beforeAll(async () => {
    clip = await tinyClip();
  });
  const camera = () => simulated({ cameras: [{ name: 'a', clip }] });

  it.each([
    ['closed-port', 'unreachable', /refuses connections/],
    ['reset', 'refused', /ECONNRESET/],
  ] as const)('calls a camera behind %s %s, and comes back by itself', async (how, state, reason) => {
    const simulator = await camera();
    const fault = await simulator.fault({ fault: 'refuse', how });
    const { pull } = puller();
    const { states, reasons, until } = pull(simulator.url('a'));
    await until(state, () => states.includes(state));
    expect(reasons.at(-1)).toMatch(reason);
    await fault.close();
    await until('live', () => states.includes('live'));
    expect(states).toEqual(['connecting', state, 'live']);
  });

  it('calls a camera that accepts and says nothing silent', async () => {
    const simulator = await camera();
    await simulator.fault({ fault: 'mute' });
    const { pull } = puller();
    const { states, reasons, until } = pull(simulator.url('a'));
    await until('silent', () => states.includes('silent'));
    expect(reasons.at(-1)).toMatch(/no answer to OPTIONS/);
  });

  it.each([
    [404, 'refused', /no stream at this path/],
    [453, 'refused', /no room/],
    [403, 'unauthorised', /forbids/],
    [500, 'refused', /500/],
  ] as const)('names an answer of %i', async (status, state, reason) => {
    const simulator = await camera();
    await simulator.fault({ fault: 'answer', status });
    const { pull } = puller();
    const { states, reasons, until } = pull(simulator.url('a'));
    await until(state, () => states.includes(state));
    expect(reasons.at(-1)).toMatch(reason);
  });

  it('sees within moments that a connected camera fell silent, hangs up and dials again', async () => {
    const simulator = await camera();
    const { pull } = puller();
    const { states, until, stream } = pull(simulator.url('a'));
    await until('live', () => states.includes('live'));
    const fault = await simulator.fault({ fault: 'silent' });
    await until('silent', () => states.includes('silent'));
    await until('a second dial', () => stream.stats().dials > 1);
    await fault.close();
    await until('live again', () => states.at(-1) === 'live');
    expect(states).toEqual(['connecting', 'live', 'silent', 'live']);
  });

  it('is not fooled by a trickle of bytes that never make a packet', async () => {
    const simulator = await camera();
    const { pull } = puller();
    const { states, until } = pull(simulator.url('a'));
    await until('live', () => states.includes('live'));
    await simulator.fault({ fault: 'trickle', bytesPerSecond: 20 });
    await until('silent', () => states.includes('silent'));
  });

  it('sees a connection that is half open', async () => {
    const simulator = await camera();
    const { pull } = puller();
    const { states, until } = pull(simulator.url('a'), undefined, 'kept');
    await until('live', () => states.includes('live'));
    const fault = await simulator.fault({ fault: 'half-open' });
    await until('silent', () => states.includes('silent'));
    await fault.close();
    await until('live again', () => states.at(-1) === 'live');
  });

  it('tells packets without keyframes from silence', async () => {
    const simulator = await camera();
    const { pull } = puller();
    const { states, until } = pull(simulator.url('a'));
    await until('live', () => states.includes('live'));
    const fault = await simulator.fault({ fault: 'no-keyframes' });
    await until('no-keyframes', () => states.includes('no-keyframes'));
    await fault.close();
    await until('live again', () => states.at(-1) === 'live');
    expect(states).toEqual(['connecting', 'live', 'no-keyframes', 'live']);
  });

  it('dials again at once when the connection breaks, and goes on counting', async () => {
    const simulator = await camera();
    const { pull } = puller();
    const { states, until, units } = pull(simulator.url('a'));
    await until('live', () => states.includes('live'));
    await simulator.fault({ fault: 'reset', forSeconds: 0.2 });
    await until('live again', () => states.length >= 3 && states.at(-1) === 'live');
    expect(states).toEqual(['connecting', 'live', 'connecting', 'live']);
    const again = units.findIndex((unit, i) => i > 0 && unit.discontinuity);
    expect(units[again]).toMatchObject({ keyframe: true });
    expect(units.map((unit) => unit.sequence)).toEqual(units.map((_, i) => i));
  });

  it('shows no damaged picture, however much is lost or corrupted', async () => {
    const simulator = await simulated({
      cameras: [{ name: 'a', clip: await tinyClip('slices') }],
    });
    const { pull } = puller();
    const { until, units, stream } = pull(simulator.url('a'));
    await until('pictures', () => units.length > 5);
    await simulator.fault({ fault: 'loss', fraction: 0.02, meanBurstPackets: 2 });
    await until('losses', () => stream.stats().picturesDamaged > 20 && units.length > 60);
    expect(stream.stats().packetsLost).toBeGreaterThan(0);
    expect((await decode(units)).complaints).toBe('');
  });

  it('finds the frames again after garbage between them', async () => {
    const simulator = await camera();
    const { pull } = puller();
    const { until, units, states } = pull(simulator.url('a'));
    await until('pictures', () => units.length > 5);
    await simulator.fault({ fault: 'corrupt', where: 'framing', fraction: 0.01, forSeconds: 3 });
    const before = units.length;
    await until('more pictures', () => units.length > before + 60);
    expect(states.at(-1)).toBe('live');
  });

  it('measures jitter while it reads promptly', async () => {
    const simulator = await camera();
    const { pull } = puller();
    const { until, units, stream } = pull(simulator.url('a'));
    await until('pictures', () => units.length > 20);
    const before = stream.stats().jitterMs!;
    await simulator.fault({ fault: 'jitter', maxMs: 300 });
    await until('jitter', () => stream.stats().jitterMs! > before + 20);
    stream.demand('kept');
    expect(stream.stats().jitterMs).toBeUndefined();
  });

  it('follows timestamps that leap', async () => {
    const simulator = await camera();
    const { pull } = puller();
    const { until, units } = pull(simulator.url('a'));
    await until('pictures', () => units.length > 5);
    await simulator.fault({ fault: 'timestamp-jump', seconds: -5000 });
    await until('more pictures', () => units.length > 40);
    expect(units.filter((unit) => unit.discontinuity)).toHaveLength(2);
    for (const [i, unit] of units.entries()) {
      if (i > 0) expect(unit.dts90k).toBeGreaterThan(units[i - 1]!.dts90k);
      expect(unit.receivedAt - unit.capturedAt).toBeLessThan(1500);
    }
  });

  it('knows a clock that is wrong, and still when pictures were taken', async () => {
    const simulator = await simulated({
      cameras: [{ name: 'a', clip, clockOffsetMs: 3_600_000 }],
      senderReportSeconds: 0.3,
    });
    const { pull } = puller();
    const { until, units, states, reasons, stream } = pull(simulator.url('a'));
    await until('clock-wrong', () => states.includes('clock-wrong'));
    expect(reasons.at(-1)).toMatch(/off by 3600 s/);
    expect(stream.stats().clockOffsetMs! / 3_600_000).toBeCloseTo(1, 2);
    const newest = units.at(-1)!;
    expect(newest.receivedAt - newest.capturedAt).toBeLessThan(500);
  });

  it('follows a redirect, and not in a circle', async () => {
    const there = await camera();
    const here = await camera();
    const fault = await here.fault({ fault: 'redirect', to: there.url('a') });
    const { pull } = puller();
    const { states, until } = pull(here.url('a'));
    await until('live', () => states.includes('live'));
    expect(there.camera('a').connections).toBe(1);
    await fault.close();
    await here.fault({ fault: 'redirect', to: here.url('a') });
    const circling = pull(here.url('a'));
    await circling.until('refused', () => circling.states.includes('refused'));
    expect(circling.reasons.at(-1)).toMatch(/circle/);
  });

  it('refuses by name what it does not play, and what is no address', async () => {
    const { pull } = puller();
    const wrong = pull('http://127.0.0.1/x');
    await wrong.until('unsupported', () => wrong.states.includes('unsupported'));
    expect(wrong.reasons.at(-1)).toMatch(/rtsp:\/\//);
  });

  it('is not held up by a name that nobody resolves', async () => {
    const simulator = await camera();
    const dial = { concurrentDials: 2, concurrentDialsPerHost: 2, dialsPerSecond: 100 };
    const resolveHost = (host: string): Promise<string> =>
      host === 'nowhere.example' ? new Promise(() => {}) : Promise.resolve('127.0.0.1');
    const { pull } = puller({ dial }, { resolveHost });
    for (let i = 0; i < 20; i++) pull(`rtsp://nowhere.example/${i}`);
    const { states, until } = pull(simulator.url('a'));
    await until('live', () => states.includes('live'));
    expect(states).toEqual(['connecting', 'live']);
  });

  it('says goodbye, and dials no more once closed', async () => {
    const simulator = await camera();
    const { ingest, pull } = puller();
    const { states, until } = pull(simulator.url('a'));
    await until('live', () => states.includes('live'));
    await ingest.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(simulator.stats().playing).toBe(0);
    expect(simulator.stats().connections).toMatchObject({ accepted: 1, open: 0, reset: 0 });
  });
});
