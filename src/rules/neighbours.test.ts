import { describe, expect, it } from 'vitest';
import type { Camera, Location } from '#camera';
import type { Incident } from './incident.ts';
import { linkNeighbours, type PlacedIncident } from './neighbours.ts';

const T = Date.UTC(2026, 2, 8, 7, 0);
const MINUTE = 60_000;
const metresNorth = (metres: number) => 20.95 + metres / 111_320;

/** Traffic of its one lane goes up the picture, so the way the camera looks. */
function camera(id: string, location: Location | undefined): Camera {
  const direction = [
    { x: 0.5, y: 0.9 },
    { x: 0.5, y: 0.2 },
  ];
  const lane = { id: 'lane-1', name: 'Lane 1', group: 'north', polygon: direction, direction };
  return {
    ...{ id, name: id, domain: 'traffic', location, credentials: undefined },
    streams: { main: { url: `rtsp://10.0.0.1/${id}` }, sub: undefined },
    analysis: {
      ...{ model: 'nanodet-g', picturesPerSecond: 5, stream: 'main' },
      scene: { lanes: [lane], zones: [], lines: [] },
    },
  };
}

const at = (id: string, metres: number, headingDegrees: number | undefined = 0) =>
  camera(id, { latitude: metresNorth(metres), longitude: 107.08, headingDegrees });

function incident(by: Camera, more: Partial<Incident> = {}): PlacedIncident {
  return {
    camera: by,
    incident: {
      ...{ id: `of-${by.id}`, kind: 'congestion', severity: 'minor', camera: by.id, place: 'north' },
      ...{ box: undefined, path: undefined, onsetAt: T, detectedAt: T, clearedAt: undefined, updatedAt: T },
      ...{ confidence: 1, measures: {} },
      ...more,
    },
  };
}

describe('neighbouring incidents', () => {
  const breakdown = incident(at('a', 0), { kind: 'stopped-vehicle', place: 'lane-1' });

  it('are linked with distance and direction, nearest first', () => {
    const others = [
      incident(at('far', 400)),
      incident(at('behind', -250)),
      incident(at('out-of-reach', 900)),
    ];
    expect(linkNeighbours(breakdown, others)).toEqual([
      { other: 'of-behind', metres: 250, relation: 'upstream' },
      { other: 'of-far', metres: 400, relation: 'downstream' },
    ]);
  });

  it('are read by the other one where this one shows no direction, and are only near where neither does', () => {
    const blind = incident(at('blind', 0, undefined));
    expect(linkNeighbours(blind, [incident(at('b', 300))])).toMatchObject([{ relation: 'downstream' }]);
    const east = camera('c', { latitude: 20.95, longitude: 107.082, headingDegrees: undefined });
    expect(linkNeighbours(blind, [incident(east)])).toEqual([
      { other: 'of-c', metres: 208, relation: 'near' },
    ]);
    expect(linkNeighbours(breakdown, [incident(east)])).toMatchObject([{ relation: 'near' }]);
    expect(linkNeighbours(breakdown, [incident(at('beside', 20))])).toMatchObject([{ relation: 'near' }]);
    const oncoming = incident(at('oncoming', 300, 180));
    expect(linkNeighbours(breakdown, [oncoming])).toMatchObject([{ relation: 'near' }]);
  });

  it('follow a wrong-way driver, not its lane', () => {
    const down = [
      { x: 0.5, y: 0.2 },
      { x: 0.5, y: 0.9 },
    ];
    const driver = incident(at('a', 0), { kind: 'wrong-way', place: 'lane-1', path: down });
    const next = incident(at('b', -200), { kind: 'wrong-way', place: 'lane-1', path: down });
    expect(linkNeighbours(driver, [next])).toMatchObject([{ relation: 'downstream' }]);
  });

  it('are not linked across kinds, long after the end, within one camera, or without a place on the map', () => {
    const others = [
      incident(at('b', 100), { kind: 'pedestrian' }),
      incident(at('c', 100), { clearedAt: T - 11 * MINUTE }),
      incident(at('a', 0)),
      incident(camera('d', undefined)),
    ];
    expect(linkNeighbours(breakdown, others)).toEqual([]);
    expect(linkNeighbours(breakdown, [incident(at('c', 100), { clearedAt: T - 9 * MINUTE })])).toHaveLength(
      1,
    );
  });

  it('stay few', () => {
    const others = Array.from({ length: 30 }, (_, i) => incident(at(`n${i}`, 10 * (i + 1))));
    expect(linkNeighbours(breakdown, others).map(({ metres }) => metres)).toEqual([
      10, 20, 30, 40, 50, 60, 70, 80,
    ]);
  });
});
