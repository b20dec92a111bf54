/** What every adapter of `History` must do. An adapter's test calls this with how it is opened. */
import { describe } from 'vitest';
import { describeCameraStates } from './camera-states.ts';
import { describeEventLog } from './event-log.ts';
import { describeIncidents } from './incidents.ts';
import { describeOutages } from './outages.ts';
import { describePeople } from './people.ts';
import { describeTraffic } from './traffic.ts';
import { describeWhole } from './whole.ts';
import { type OpenHistory, World } from './world.ts';

export function describeHistory(name: string, open: OpenHistory): void {
  const world = new World(open);
  describe(`${name} keeps history:`, () => {
    describeIncidents(world);
    describeEventLog(world);
    describeCameraStates(world);
    describeOutages(world);
    describeTraffic(world);
    describePeople(world);
    describeWhole(world);
  });
}
