import type { Agent } from './agent.ts';
import { junction, type Moment, type Mover, type RoadLayout } from './motion.ts';
import type { Scenario } from './scenarios.ts';
import { createSimulation } from './simulation.ts';
import { createTruthKeeper, type TrueIncident } from './truth.ts';

export interface RunOptions {
  /** Moments a second of simulated time. */
  readonly rate: number;
  /** Length; without it, one loop of a looped scenario, else endless. */
  readonly seconds?: number;
  readonly layout?: RoadLayout;
  /** Traffic before second 0, so that the scene is not empty: 120 s, or enough loops to settle. */
  readonly warmUpSeconds?: number;
}

/** A run is read once, from its beginning. */
export interface Run extends Iterable<Moment> {
  readonly scenario: Scenario;
  /** What has truly happened so far; grows while the run is read. */
  readonly incidents: readonly TrueIncident[];
}

/** Most loops that converge at all have done so by then. */
const loopsToSettle = 12;

/** Slowest rate at which the physics is stepped; slower readers get every n-th step. */
const stepsPerSecond = 15;

export function run(scenario: Scenario, seed: number, options: RunOptions): Run {
  const substeps = Math.max(1, Math.ceil(stepsPerSecond / options.rate - 1e-9));
  const stepSeconds = 1 / (options.rate * substeps);
  const { loopSeconds } = scenario.demand;
  const warmUpSeconds =
    options.warmUpSeconds ?? (loopSeconds === undefined ? 120 : loopsToSettle * loopSeconds);
  const warmUp = Math.round(warmUpSeconds / stepSeconds);
  const simulation = createSimulation({
    scenario,
    layout: options.layout ?? junction,
    seed,
    stepSeconds,
    startsAt: -warmUp * stepSeconds,
  });
  const truth = createTruthKeeper();
  const step = (): void => {
    simulation.step();
    truth.observe(simulation.world);
  };
  function* moments(): Generator<Moment> {
    for (let k = 0; k < warmUp; k++) step();
    const last = (options.seconds ?? loopSeconds ?? Number.POSITIVE_INFINITY) * options.rate;
    for (let n = 0; n < last; n++) {
      const { main, cross } = simulation.world.signals;
      yield {
        seconds: n / options.rate,
        movers: simulation.world.agents.map(moverOf),
        signals: {
          northbound: main.colour,
          southbound: main.colour,
          eastbound: cross.colour,
          westbound: cross.colour,
        },
      };
      for (let k = 0; k < substeps; k++) step();
    }
  }
  return { scenario, incidents: truth.incidents, [Symbol.iterator]: moments };
}

function moverOf(agent: Agent): Mover {
  return {
    id: agent.id,
    kind: agent.kind,
    body: agent.body,
    seed: agent.seed,
    x: agent.x,
    y: agent.y,
    heading: agent.heading,
    speed: agent.speed,
    lean: agent.lean,
    pitch: agent.pitch,
    braking: agent.braking,
    indicator: agent.indicator,
    length: agent.length,
    width: agent.width,
    height: agent.height,
  };
}
