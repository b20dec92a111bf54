import type { Agent } from './agent.ts';
import { stepInFile } from './people.ts';
import { settleBody, settleOnRoad, settleOnTurn, steerOnRoad, steerOnTurn } from './pose.ts';
import { groupOf } from './road-users.ts';
import { laneCentre } from './roads.ts';
import { dismiss, positionOf } from './ways.ts';
import { stripOf, type World } from './world.ts';

/** Moves one road user on by a step, from strip to turn to strip. */
export function move(world: World, agent: Agent): void {
  agent.speed = Math.max(0, agent.speed + agent.acceleration * world.stepSeconds);
  if (agent.speed < 1e-4) agent.speed = 0;
  if (agent.turning) moveOnTurn(world, agent);
  else moveOnRoad(world, agent);
  const { passage } = agent;
  if (passage !== undefined && (agent.gone || positionOf(agent, passage) > passage.toQ))
    dismiss(world, passage);
}

function moveOnRoad(world: World, agent: Agent): void {
  const { stepSeconds } = world;
  const before = agent.psi;
  steerOnRoad(agent, stepSeconds);
  if (agent.kind === 'person') stepInFile(world, agent);
  settleOnRoad(agent);
  settleBody(agent, (agent.along * (agent.psi - before)) / stepSeconds, stepSeconds);
  if (agent.along * agent.u > agent.road.reach + 4) agent.gone = true;
  const { path } = agent;
  if (path === undefined || agent.u < path.startU) return;
  agent.turning = true;
  agent.s = agent.u - path.startU;
  agent.offset = agent.d - path.d;
  const strip = stripOf(world, agent.road);
  strip.splice(strip.indexOf(agent.spot), 1);
}

/** Riders stay where they come out; cars go into the lane that is next. */
function wishAfterTurn({ body, road }: Agent, d: number): number {
  if (groupOf(body) === 'two-wheeler') return d;
  return laneCentre(road, Math.max(1, Math.min(road.lanes, Math.round(d / road.laneWidth + 0.5))));
}

function moveOnTurn(world: World, agent: Agent): void {
  const path = agent.path!;
  const yawRate = steerOnTurn(agent, world.stepSeconds);
  settleBody(agent, yawRate, world.stepSeconds);
  if (agent.s < path.length) {
    settleOnTurn(agent);
    return;
  }
  agent.turning = false;
  agent.road = path.to;
  agent.u = path.endU + agent.s - path.length;
  agent.d = path.exitD + agent.offset;
  agent.target = path.exitD;
  agent.wish = wishAfterTurn(agent, path.exitD);
  agent.turn = 'straight';
  agent.path = undefined;
  agent.s = 0;
  settleOnRoad(agent);
  stripOf(world, agent.road).push(agent.spot);
}
