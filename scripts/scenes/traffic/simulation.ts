import type { Agent } from './agent.ts';
import { inLoop } from './demand.ts';
import { decideDrive, decidePlace, signal } from './drive.ts';
import { arrive, letIn } from './entrance.ts';
import { begin } from './errands.ts';
import { accelerate } from './following.ts';
import type { Happening } from './happenings.ts';
import { lookAround, tidyUp } from './look-around.ts';
import type { RoadLayout } from './motion.ts';
import { move } from './move.ts';
import { ordinaryHappenings } from './ordinary.ts';
import { decideStep, peopleArriving, walk } from './people.ts';
import type { Scenario } from './scenarios.ts';
import { signalAt } from './signals.ts';
import { admit, createWorld, stripOf, type World } from './world.ts';

export interface SimulationOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly layout: RoadLayout;
  /** Length of a step. */
  readonly stepSeconds: number;
  /** Where time begins; before 0 is warm-up. */
  readonly startsAt: number;
}

export interface Simulation {
  readonly world: World;
  step(): void;
}

/** One junction's traffic, moved on step by step. The same options give the same traffic, bit by bit. */
export function createSimulation(options: SimulationOptions): Simulation {
  const { scenario, seed, layout, stepSeconds, startsAt } = options;
  const world = createWorld(scenario, seed, layout, stepSeconds, startsAt);
  const pending: Happening[] = firstHappenings(scenario, startsAt);
  let steps = 0;
  let nextSecond = Math.floor(startsAt);

  function step(): void {
    world.seconds = startsAt + steps * stepSeconds;
    signalAt(scenario.plan, 'main', world.seconds, world.signals.main);
    signalAt(scenario.plan, 'cross', world.seconds, world.signals.cross);
    for (; nextSecond <= world.seconds; nextSecond++) comeUp(world, nextSecond, pending);
    letEverybodyIn(world);
    beginWhatIsDue(world, pending);
    lookAround(world);
    for (const agent of world.agents) place(world, agent);
    for (const agent of world.agents) decide(world, agent);
    for (const agent of world.agents) move(world, agent);
    tidyUp(world);
    steps++;
  }

  return { world, step };
}

/** Who and what comes in the second that begins at `second`. */
function comeUp(world: World, second: number, pending: Happening[]): void {
  const { scenario, seed } = world;
  for (const entrance of world.entrances) arrive(entrance, scenario.demand, seed, second);
  peopleArriving(world, second);
  pending.push(...ordinaryHappenings(world, second));
  const { loopSeconds } = scenario.demand;
  if (loopSeconds !== undefined && second % loopSeconds === 0) {
    // A loop ahead, because who sets out on foot does so long before.
    pending.push(...shifted(scenario, second + loopSeconds));
  }
}

/** Once for a run without loop; with one, those of its first loop, and who has always been there. */
function firstHappenings(scenario: Scenario, startsAt: number): Happening[] {
  if (scenario.demand.loopSeconds === undefined) return [...scenario.happenings];
  return [...scenario.happenings.filter(({ kind }) => kind === 'parked'), ...shifted(scenario, startsAt)];
}

/** What happens in the loop that begins at `start`. */
function shifted({ happenings, demand }: Scenario, start: number): Happening[] {
  return happenings.flatMap((happening) =>
    happening.kind === 'parked'
      ? []
      : [{ ...happening, onsetSeconds: start + inLoop(demand, happening.onsetSeconds) }],
  );
}

function letEverybodyIn(world: World): void {
  const { scenario, seconds } = world;
  for (const entrance of world.entrances) {
    const strip = stripOf(world, entrance.road);
    letIn(
      entrance,
      scenario.demand,
      strip,
      seconds,
      () => ++world.lastId,
      (agent) => admit(world, agent),
    );
  }
}

function beginWhatIsDue(world: World, pending: Happening[]): void {
  for (let k = pending.length - 1; k >= 0; k--) if (begin(world, pending[k]!)) pending.splice(k, 1);
  for (let k = world.slow.length - 1; k >= 0; k--) {
    if (world.slow[k]!.untilSeconds < world.seconds) world.slow.splice(k, 1);
  }
}

function place(world: World, agent: Agent): void {
  if (agent.kind === 'person') walk(world, agent);
  else decidePlace(world, agent);
}

function decide(world: World, agent: Agent): void {
  if (agent.kind === 'person') decideStep(world, agent);
  else decideDrive(world, agent);
  react(world, agent);
  accelerate(agent, world.allowance, world.stepSeconds);
  if (agent.kind !== 'person') signal(agent);
}

/** Who stands needs a moment to notice that the way is free. */
function react({ allowance, seconds }: World, agent: Agent): void {
  if (agent.speed > 0.05 || allowance.calm <= 0.15) {
    agent.mayGoSince = agent.speed > 0.05 ? seconds - 10 : -1e9;
    if (agent.speed <= 0.05) allowance.safeSpeed = 0;
    return;
  }
  if (agent.mayGoSince < -1e8) agent.mayGoSince = seconds;
  if (seconds - agent.mayGoSince < agent.driver.reaction) allowance.safeSpeed = 0;
}
