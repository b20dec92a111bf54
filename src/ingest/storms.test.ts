import { beforeAll, describe, expect, it } from 'vitest';
import { tinyClip } from '../../test/support/index.ts';
import { impatient, type Pulled, puller, simulated } from '../../test/support/pulling.ts';

const account = { user: 'admin', password: 'right' };

/** The most in any second. */
function busiestSecond(dials: readonly { readonly at: number }[]): number {
  return Math.max(...dials.map(({ at }, i) => dials.slice(i).filter((dial) => dial.at < at + 1000).length));
}

const live = (all: readonly Pulled[]) => all.filter(({ states }) => states.at(-1) === 'live').length;
const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

describe.concurrent('many cameras at once', () => {
  let clip: string;
  beforeAll(async () => {
    clip = await tinyClip();
  });
  const cameras = (count: number) => Array.from({ length: count }, (_, nth) => ({ name: `c${nth}`, clip }));
  const dial = { concurrentDials: 20, concurrentDialsPerHost: 20, dialsPerSecond: 30 };

  it('are dialled in turns, and again in turns after all were lost', async () => {
    const simulator = await simulated({ cameras: cameras(60) });
    const { pull } = puller({ dial });
    const all = simulator.cameras().map(({ url }) => pull(url, undefined, 'kept'));
    await all[0]!.until('all live', () => live(all) === 60);
    const outage = await simulator.fault({ fault: 'refuse', how: 'closed-port' });
    await simulator.fault({ fault: 'reset' });
    await all[0]!.until('all given up', () => all.every(({ states }) => states.at(-1) === 'unreachable'));
    await outage.close();
    await all[0]!.until('all live again', () => live(all) === 60);
    expect(busiestSecond(simulator.dials())).toBeLessThanOrEqual(dial.dialsPerSecond);
    for (const { states } of all)
      expect(states).toEqual(['connecting', 'live', 'connecting', 'unreachable', 'live']);
  });

  it('share a recorder that has room for eight, without disturbing those who are in', async () => {
    const simulator = await simulated({
      cameras: cameras(12),
      faults: [{ fault: 'limit-sessions', sessions: 8 }],
    });
    const { pull } = puller();
    const all = simulator.cameras().map(({ url }) => pull(url, undefined, 'kept'));
    await all[0]!.until('eight live', () => live(all) === 8);
    await seconds(2);
    expect(live(all)).toBe(8);
    const refused = all.filter(({ states }) => states.at(-1) === 'refused');
    expect(refused.map(({ reasons }) => reasons.at(-1))).toEqual(
      Array(4).fill(expect.stringMatching(/no room/)),
    );
    for (const { stream } of refused) expect(stream.stats().dials).toBeLessThan(12);
    const [leaving] = all.filter(({ states }) => states.at(-1) === 'live');
    leaving!.stream.close();
    await all[0]!.until('another in its place', () => live(all) - 1 === 8);
  });

  it('with wrong passwords are asked once each, and the others are not held up', async () => {
    const locked = cameras(30).map((camera) => ({ ...camera, ...account }));
    const simulator = await simulated({ cameras: [...locked, { name: 'open', clip }] });
    const { pull } = puller({ dial });
    const wrong = locked.map(({ name }) => pull(simulator.url(name), { user: 'admin', password: 'wrong' }));
    const open = pull(simulator.url('open'));
    await open.until('live', () => open.states.includes('live'));
    await open.until('all refused', () => wrong.every(({ states }) => states.includes('unauthorised')));
    await seconds(2);
    for (const { name } of locked) expect(simulator.camera(name).authenticationFailures).toBe(1);
  });
});

describe('a process that stands still', () => {
  it('does not blame its cameras', async () => {
    const simulator = await simulated({ cameras: [{ name: 'a', clip: await tinyClip() }] });
    const { pull } = puller();
    const { states, until, stream } = pull(simulator.url('a'), undefined, 'kept');
    await until('live', () => states.includes('live'));
    const until5s = performance.now() + 2 * impatient.health.hangUpAfterMs;
    while (performance.now() < until5s);
    await seconds(1.5);
    expect(states).toEqual(['connecting', 'live']);
    expect(stream.stats().dials).toBe(1);
  });
});
