import { expect, it } from 'vitest';
import type { CameraState } from '#camera';
import { findOutages, type PlacedState, sharedBy } from './outages.ts';

const on = (host: string, domain: string, states: readonly CameraState[]): PlacedState[] =>
  states.map((state, index) => ({ camera: `${host}/${index}`, domain, host, state, since: 1000 + index }));
const times = (count: number, state: CameraState): CameraState[] =>
  Array.from({ length: count }, () => state);

it('finds a lost recorder among healthy ones', () => {
  const states = [
    ...on('10.20.3.7', 'a', times(16, 'unreachable')),
    ...on('10.20.3.8', 'a', times(16, 'live')),
  ];
  expect(findOutages(sharedBy(states))).toMatchObject([
    { scope: 'host', name: '10.20.3.7', cameras: 16, since: 1000 },
  ]);
});

it('names a lost switch once, not host by host', () => {
  const states = [
    ...Array.from({ length: 42 }, (_, i) => on(`10.20.3.${i}`, 'a', ['unreachable'])).flat(),
    ...Array.from({ length: 40 }, (_, i) => on(`10.20.4.${i}`, 'a', ['live'])).flat(),
  ];
  const found = findOutages(sharedBy(states));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ scope: 'network', name: '10.20.3.0/24', cameras: 42 });
});

it('names a lost department where neither host nor network explains it', () => {
  const states = Array.from({ length: 8 }, (_, i) => on(`camera-${i}.example`, 'ports', ['silent'])).flat();
  expect(findOutages(sharedBy([...states, ...on('x', 'other', ['live'])]))).toMatchObject([
    { scope: 'domain', name: 'ports' },
  ]);
});

it('leaves single cameras and wrong passwords alone', () => {
  const states = [
    ...on('10.0.0.1', 'a', [...times(3, 'unreachable'), ...times(9, 'live')]),
    ...on('10.0.0.2', 'b', times(9, 'unauthorised')),
  ];
  expect(findOutages(sharedBy(states))).toEqual([]);
});
