import type { Agent } from './agent.ts';
import { type Allowance, follow } from './following.ts';
import { penetrationOf } from './rectangles.ts';
import { type Place, poseOnTurn } from './turn-path.ts';

const stepMetres = 0.6;
const place: Place = { x: 0, y: 0, heading: 0 };

/**
 * Keeps a turning vehicle off everything on the ground that its body is about to sweep over: its footprint is moved
 * along the turn ahead of it, and the first that it would touch is followed.
 */
export function followAlongTurn(
  agent: Agent,
  near: readonly Agent[],
  stuck: boolean,
  allowance: Allowance,
): void {
  const { path } = agent;
  if (path === undefined) return;
  const s = agent.turning ? agent.s : agent.along * agent.u - path.startU;
  const reach = 3 + agent.speed * 1.2 + (agent.speed * agent.speed) / 5;
  for (const other of near) {
    if (other === agent) continue;
    const apart = Math.hypot(other.x - agent.x, other.y - agent.y) - (other.length + agent.length) / 2;
    if (apart > reach + 2) continue;
    const gap = gapAlong(agent, other, s, reach, stuck ? 0.02 : 0.1);
    if (gap < reach) {
      const speed = other.speed * Math.cos(other.heading - place.heading);
      follow(agent, gap, Math.max(0, speed), agent.driver.standingGap * 0.7, allowance);
    }
  }
}

/** Metres that the agent can go until it touches the other where that is now. */
function gapAlong(agent: Agent, other: Agent, s: number, reach: number, room: number): number {
  const path = agent.path!;
  const offset = agent.turning ? agent.offset : 0;
  // Who is that close already, at the side, is an obstacle only if it gets closer.
  let allowed = 0;
  for (let gap = 0; gap < reach; gap += stepMetres) {
    poseOnTurn(path, s + gap, offset, 0, place);
    const deep = depthAt(agent, other, room);
    if (gap === 0) allowed = Math.max(0, deep) + 0.3 * room;
    else if (deep > allowed) return Math.max(0, gap - stepMetres);
  }
  return Infinity;
}

/** How deep the agent, inflated by `room`, would stand in the other if its path point were at `place`. */
function depthAt(agent: Agent, other: Agent, room: number): number {
  const ahead = agent.driver.axleToCentre;
  const near = (agent.length + agent.width + other.length + other.width) / 2;
  const dx = other.x - place.x - ahead * Math.cos(place.heading);
  const dy = other.y - place.y - ahead * Math.sin(place.heading);
  if (dx > near || dx < -near || dy > near || dy < -near) return -1;
  return penetrationOf(
    dx,
    dy,
    place.heading,
    agent.length / 2 + room,
    agent.width / 2 + room,
    other.heading,
    other.length / 2,
    other.width / 2,
  );
}
