/**
 * Measures how fast queues discharge: `node scripts/scenes/traffic/discharge.ts`. Believable are about 1,800
 * passenger-car units an hour and lane while a saturated queue flows.
 */
import { carUnits } from './group-truth.ts';
import { junction } from './motion.ts';
import { freeFlow, type Scenario } from './scenarios.ts';
import { createSimulation } from './simulation.ts';

export interface Discharge {
  /** Per hour of green and lane, from 6 s after the signal has turned green. */
  readonly carUnitsPerHourAndLane: number;
  readonly vehiclesPerGreen: number;
}

/** Counts who passes a stop line of the main road in `greens` greens of one seed. */
export function measureDischarge(scenario: Scenario, seed: number, greens: number): Discharge {
  const stepSeconds = 1 / 15;
  const simulation = createSimulation({ scenario, seed, layout: junction, stepSeconds, startsAt: -120 });
  const { world } = simulation;
  const fronts = new Map<number, number>();
  let units = 0;
  let vehicles = 0;
  let flowing = 0;
  while (world.seconds < greens * 60) {
    simulation.step();
    const { colour, sinceSeconds } = world.signals.main;
    const flows = world.seconds >= 0 && colour === 'green' && sinceSeconds >= 6;
    if (flows) flowing += stepSeconds;
    for (const { id, kind, along, road, spot } of world.agents) {
      if (road.approach !== 'northbound' || along < 0 || kind === 'person') continue;
      const front = spot.u + spot.halfU;
      const before = fronts.get(id) ?? front;
      fronts.set(id, front);
      if (before >= -road.stopLine || front < -road.stopLine || world.seconds < 0) continue;
      vehicles++;
      if (flows) units += carUnits[kind];
    }
  }
  return { carUnitsPerHourAndLane: ((units / flowing) * 3600) / 2, vehiclesPerGreen: vehicles / greens };
}

/** So much traffic on the main road that its queue never empties. */
export function saturated(mix: Scenario['demand']['mix'], perHour: number, turning: number): Scenario {
  const { demand, ...rest } = freeFlow();
  const vehiclesPerHour = { northbound: perHour, southbound: perHour, eastbound: 0, westbound: 0 };
  return {
    ...rest,
    demand: { ...demand, mix, vehiclesPerHour, left: turning, right: turning, pedestriansPerHour: 0 },
  };
}

if (import.meta.main) {
  const { mix } = freeFlow().demand;
  const cars = { sedan: 1, hatchback: 1, suv: 1 };
  const cases: readonly [string, Scenario][] = [
    ['cars, straight', saturated(cars, 6000, 0)],
    ['everybody, straight', saturated(mix, 9000, 0)],
    ['everybody, a fifth turning', saturated(mix, 9000, 0.1)],
    ['motorbikes, straight', saturated({ motorbike: 1 }, 12_000, 0)],
  ];
  for (const [name, scenario] of cases) {
    const { carUnitsPerHourAndLane, vehiclesPerGreen } = measureDischarge(scenario, 1, 10);
    const flow = carUnitsPerHourAndLane.toFixed(0);
    process.stdout.write(
      `${name.padEnd(28)} ${flow} car units/h and lane, ${vehiclesPerGreen.toFixed(1)} vehicles a green\n`,
    );
  }
}
