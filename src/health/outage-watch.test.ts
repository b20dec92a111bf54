import { describe, expect, it } from 'vitest';
import type { CameraState } from '#camera';
import { createOutageWatch, type Outage } from './outage-watch.ts';
import type { PlacedState } from './outages.ts';

const HOLD = 10_000;
const START = 20_000;

const on = (host: string, states: readonly CameraState[], domain = 'a'): PlacedState[] =>
  states.map((state, index) => ({ camera: `${host}/${index}`, domain, host, state, since: 1000 + index }));
const times = (count: number, state: CameraState): CameraState[] =>
  Array.from({ length: count }, () => state);

/** A recorder with ten cameras beside one that is well. */
const recorder = (states: readonly CameraState[]) => [
  ...on('10.20.3.7', states),
  ...on('10.20.3.8', times(10, 'live')),
];
const all = (state: CameraState) => recorder(times(10, state));

/** Looks every two seconds; says what was told and when. */
function follower(resumed: readonly Outage[] = []) {
  const watch = createOutageWatch(resumed);
  let now = 0;
  const told: string[] = [];
  return {
    watch,
    told,
    for(ms: number, states: readonly PlacedState[]) {
      for (const end = now + ms; now < end; now += 2000)
        for (const { change, outage } of watch.look(states, now))
          told.push(`${now / 1000} ${change} ${outage.name} ${outage.lost.length}`);
    },
  };
}

describe('an outage', () => {
  it('begins after its hold-off, grows and ends, each told once', () => {
    const city = follower();
    city.for(START, all('live'));
    city.for(HOLD, recorder([...times(8, 'unreachable'), ...times(2, 'live')]));
    expect(city.watch.holds()).toBe(true);
    city.for(4 * HOLD, all('unreachable'));
    expect(city.watch.holds()).toBe(false);
    expect(city.watch.standing()).toMatchObject([{ scope: 'host', cameras: 10, down: 10, since: 1000 }]);
    city.for(2 * HOLD, all('live'));
    expect(city.told).toEqual(['30 begun 10.20.3.7 10', '80 ended 10.20.3.7 10']);
    expect(city.watch.standing()).toEqual([]);
    expect(city.watch.holds()).toBe(false);
  });

  it('tells late losses as its growth', () => {
    const city = follower();
    city.for(START + HOLD, recorder([...times(8, 'silent'), ...times(2, 'live')]));
    city.for(3 * HOLD, all('silent'));
    expect(city.told).toEqual(['20 begun 10.20.3.7 8', '30 grown 10.20.3.7 10']);
  });

  it('is not raised by a start-up, nor by a single flap', () => {
    const city = follower();
    city.for(START, all('refused'));
    city.for(HOLD, all('live'));
    city.for(HOLD - 2000, all('unreachable'));
    city.for(2 * HOLD, all('live'));
    expect(city.told).toEqual([]);
  });

  it('does not flicker while some of its cameras come and go', () => {
    const city = follower();
    city.for(START + HOLD, all('unreachable'));
    for (let i = 0; i < 5; i++) {
      city.for(HOLD, recorder([...times(5, 'unreachable'), ...times(5, 'live')]));
      city.for(4000, all('live'));
    }
    expect(city.told).toEqual(['20 begun 10.20.3.7 10']);
    expect(city.watch.standing()).toMatchObject([{ down: 0, lost: { length: 10 } }]);
  });

  it('holds while its cameras are dialled again', () => {
    const city = follower();
    city.for(START, all('live'));
    city.for(4000, all('silent'));
    city.for(HOLD - 4000, all('connecting'));
    city.for(2 * HOLD, all('unreachable'));
    city.for(3 * HOLD, all('connecting'));
    expect(city.told).toEqual(['30 begun 10.20.3.7 10']);
  });

  it('becomes part of a wider one', () => {
    const hosts = (states: (host: number) => CameraState) =>
      Array.from({ length: 4 }, (_, host) =>
        on(`10.20.3.${host}`, times(5, states(host)), `d${host % 2}`),
      ).flat();
    const city = follower();
    city.for(
      START + HOLD,
      hosts((host) => (host === 1 ? 'unreachable' : 'live')),
    );
    city.for(
      2 * HOLD,
      hosts(() => 'unreachable'),
    );
    expect(city.told).toEqual(['20 begun 10.20.3.1 5', '40 begun 10.20.3.0/24 20', '40 ended 10.20.3.1 5']);
    expect(city.watch.standing()).toMatchObject([{ scope: 'network', domains: ['d0', 'd1'], down: 20 }]);
  });

  it('goes on after a restart, and ends when its cameras are seen again', () => {
    const before = follower();
    before.for(START + HOLD, all('unreachable'));
    const [standing] = before.watch.standing();
    const after = follower([standing!]);
    after.for(START, all('connecting'));
    expect(after.watch.standing()).toMatchObject([{ id: standing!.id, down: 10 }]);
    after.for(HOLD, all('unreachable'));
    after.for(2 * HOLD, all('live'));
    expect(after.told).toEqual(['40 ended 10.20.3.7 10']);
  });

  it('ends with the cameras that are taken out of the configuration', () => {
    const city = follower();
    city.for(START + HOLD, all('unreachable'));
    city.for(2 * HOLD, on('10.20.3.8', times(10, 'live')));
    expect(city.told.at(-1)).toBe('40 ended 10.20.3.7 10');
  });
});
