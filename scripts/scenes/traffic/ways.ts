import type { Agent } from './agent.ts';
import { createPassage, forget, type Passage, retrace } from './passage.ts';
import { groupOf } from './road-users.ts';
import { type TurnPath, turnPath } from './turn-path.ts';
import type { World } from './world.ts';

/** How far before the stop line a way through the junction is planned. */
const plannedMetres = 45;

/** Plans the way through the junction in time, and again when the lateral place has changed. */
export function planWay(world: World, agent: Agent): void {
  const { passage, road } = agent;
  const ahead = -agent.along * agent.u - road.stopLine;
  if (passage === undefined) {
    if (ahead < plannedMetres && ahead > -1) enlist(world, agent);
  } else if (passage.road === road && Math.abs(passage.d - agent.target) > 0.25 && ahead > -30) {
    if (agent.turn !== 'straight') agent.path = pathOf(world, agent);
    retrace(passage);
    // Another way than the one that was decided on: everybody who has decided since goes first.
    if (passage.order > 0) passage.order = ++world.rules.decided;
  }
  if (agent.path !== undefined && ahead < 8 + 0.7 * agent.speed && !canTurn(agent)) goStraight(world, agent);
}

export function enlist(world: World, agent: Agent): void {
  if (agent.turn !== 'straight') agent.path = pathOf(world, agent);
  const passage = createPassage(agent);
  agent.passage = passage;
  world.rules.passages[passage.movement]!.push(passage);
}

export function dismiss(world: World, passage: Passage): void {
  const list = world.rules.passages[passage.movement]!;
  list.splice(list.indexOf(passage), 1);
  forget(passage);
  passage.agent.passage = undefined;
}

function pathOf(world: World, agent: Agent): TurnPath {
  const turn = agent.turn === 'left' ? 'left' : 'right';
  return turnPath(world.roads, agent.road, turn, agent.target, world.layout);
}

/** Whether it has come to the side that it must turn from. */
function canTurn(agent: Agent): boolean {
  const { target, road, turn } = agent;
  if (Math.abs(agent.d - target) > 1.2) return false;
  const two = groupOf(agent.body) === 'two-wheeler';
  if (turn === 'left') return target < (two ? 2.4 : road.laneWidth);
  return road.width - target < (two ? 3 : 4.2);
}

function goStraight(world: World, agent: Agent): void {
  const decided = agent.passage!.order > 0;
  dismiss(world, agent.passage!);
  agent.turn = 'straight';
  agent.path = undefined;
  enlist(world, agent);
  if (decided) agent.passage!.order = ++world.rules.decided;
}

/** How far it has come on its way through the junction, whichever strip it is on by now. */
export function positionOf(agent: Agent, passage: Passage): number {
  const { path } = passage;
  if (path === undefined) return agent.along * agent.u;
  if (agent.turning) return path.startU + agent.s;
  return agent.road === passage.road ? agent.u : path.startU + path.length + agent.u - path.endU;
}
