import { expect, it } from 'vitest';
import {
  demonstrationPlan,
  periodSeconds,
  planOf,
  redSeconds,
  type SignalState,
  signalAt,
} from './signals.ts';

function colours(plan: typeof demonstrationPlan, seconds: number): [SignalState, SignalState] {
  const main: SignalState = { colour: 'red', sinceSeconds: 0, leftSeconds: 0 };
  const cross = { ...main };
  signalAt(plan, 'main', seconds, main);
  signalAt(plan, 'cross', seconds, cross);
  return [main, cross];
}

it('never shows green or amber to both roads', () => {
  for (let seconds = -90; seconds < 90; seconds += 0.25) {
    const [main, cross] = colours(demonstrationPlan, seconds);
    expect(main.colour === 'red' || cross.colour === 'red').toBe(true);
  }
});

it('goes green, amber, red and says since when and for how long', () => {
  const { mainGreenSeconds, amberSeconds } = demonstrationPlan;
  expect(colours(demonstrationPlan, 0)[0]).toEqual({
    colour: 'green',
    sinceSeconds: 0,
    leftSeconds: mainGreenSeconds,
  });
  expect(colours(demonstrationPlan, mainGreenSeconds + 1)[0]).toEqual({
    colour: 'amber',
    sinceSeconds: 1,
    leftSeconds: 2,
  });
  const red = colours(demonstrationPlan, mainGreenSeconds + amberSeconds)[0];
  expect(red.colour).toBe('red');
  expect(red.leftSeconds).toBe(redSeconds(demonstrationPlan, 'main'));
});

it('makes a plan of any period', () => {
  for (const period of [45, 60, 90]) expect(periodSeconds(planOf(period))).toBe(period);
});
