import type { Agent, Spot } from './agent.ts';
import { type Road, toD, toU, toX, toY } from './roads.ts';
import { curvatureAt, poseOnTurn } from './turn-path.ts';

const gravity = 9.81;

/** Recomputes where a road user on a strip is: spot, world position and heading, from its path point and angle. */
export function settleOnRoad(agent: Agent): void {
  const { road, spot, along, psi, driver } = agent;
  const c = Math.cos(psi);
  const s = Math.sin(psi);
  const absS = Math.abs(s);
  spot.u = agent.u + along * c * driver.axleToCentre;
  spot.d = agent.d + s * driver.axleToCentre;
  spot.halfU = 0.5 * (agent.length * c + agent.width * absS);
  spot.halfD = 0.5 * (agent.width * c + agent.length * absS);
  spot.speedU = along * agent.speed * c;
  claimSpace(agent);
  agent.x = toX(road, spot.u, spot.d);
  agent.y = toY(road, spot.u, spot.d);
  const du = along * c;
  agent.heading = Math.atan2(du * road.sin - s * road.cos, du * road.cos + s * road.sin);
}

/** The part of the road's width that it covers now or will when it has reached its target. */
export function claimSpace(agent: Agent): void {
  const { spot } = agent;
  const half = agent.width / 2;
  spot.low = Math.min(spot.d - spot.halfD, agent.target - half);
  spot.high = Math.max(spot.d + spot.halfD, agent.target + half);
}

/** The same for a vehicle that is making its turn. Its spots on the strips that it touches are made with `shadow`. */
export function settleOnTurn(agent: Agent): void {
  const path = agent.path!;
  poseOnTurn(path, agent.s, agent.offset, agent.psi, place);
  agent.x = place.x + agent.driver.axleToCentre * Math.cos(place.heading);
  agent.y = place.y + agent.driver.axleToCentre * Math.sin(place.heading);
  agent.heading = place.heading;
}

const place = { x: 0, y: 0, heading: 0 };

/** Writes how somebody appears on a strip that is not (only) theirs; false if they do not reach into it. */
export function shadow(agent: Agent, road: Road, spot: Spot): boolean {
  spot.u = toU(road, agent.x, agent.y);
  spot.d = toD(road, agent.x, agent.y);
  const c = Math.cos(agent.heading) * road.cos + Math.sin(agent.heading) * road.sin;
  const s = Math.cos(agent.heading) * road.sin - Math.sin(agent.heading) * road.cos;
  spot.halfU = 0.5 * (agent.length * Math.abs(c) + agent.width * Math.abs(s));
  spot.halfD = 0.5 * (agent.width * Math.abs(c) + agent.length * Math.abs(s));
  spot.speedU = agent.speed * c;
  spot.low = spot.d - spot.halfD;
  spot.high = spot.d + spot.halfD;
  return spot.high > -0.1 && spot.low < road.width && Math.abs(spot.u) < road.reach;
}

/** Turns the steering towards `target` and moves along the strip for one step. */
export function steerOnRoad(agent: Agent, dt: number): void {
  const bend = steering(agent, agent.target - agent.d);
  const travelled = agent.speed * dt;
  agent.curvature = bend;
  const before = agent.psi;
  agent.psi += bend * travelled;
  const middle = 0.5 * (before + agent.psi);
  agent.u += agent.along * Math.cos(middle) * travelled;
  agent.d += Math.sin(middle) * travelled;
}

/** One step along a turn; returns the yaw rate, positive to the right. */
export function steerOnTurn(agent: Agent, dt: number): number {
  const path = agent.path!;
  const bend = steering(agent, -agent.offset);
  agent.curvature = bend;
  const round = curvatureAt(path, agent.s);
  const forward = (agent.speed * Math.cos(agent.psi)) / (1 - agent.offset * round);
  agent.offset += agent.speed * Math.sin(agent.psi) * dt;
  agent.psi += agent.speed * bend * dt;
  agent.s += forward * dt;
  return agent.speed * bend + forward * round;
}

/**
 * Curvature that brings a lateral error to zero: a critically damped second order over the distance driven, its angle
 * and curvature bounded by what the vehicle and its passengers bear, its change by how fast a wheel is turned.
 */
export function steering(agent: Agent, error: number): number {
  const { driver, speed } = agent;
  const nimble = isNimble(agent);
  const length = nimble ? 0.8 : Math.max(driver.steeringMetres, speed * driver.steeringTime);
  const tightest = nimble ? 1.5 : 1 / driver.tightestRadius;
  const bound = Math.min(tightest, driver.lateralAcceleration / Math.max(1, speed * speed));
  // Never steeper than can be straightened in time, nimble or not: it may have picked up speed by then.
  const braked = 0.75 * Math.sqrt(2 * Math.min(bound, 1 / driver.tightestRadius) * Math.abs(error));
  // Its front must not swing out beyond the place that it is going to.
  const lever = Math.max(length, driver.axleToCentre + agent.length / 2);
  const steepest = Math.min(nimble ? 1.1 : driver.steepestAngle, braked, Math.abs(error) / lever);
  const wanted = (4 / length) * ((error < 0 ? -steepest : steepest) - agent.psi);
  const reachable = 0.35 * bound;
  const change = Math.max(-reachable, Math.min(reachable, wanted - agent.curvature));
  return Math.max(-bound, Math.min(bound, agent.curvature + change));
}

/** Riders at walking pace turn on the spot, with their feet on the ground. */
export function isNimble({ kind, speed }: Agent): boolean {
  return speed < 1.2 && (kind === 'motorbike' || kind === 'bicycle');
}

/** Roll, nose dive and lamps: slow followers of what the vehicle does. `yawRate` is positive to the right. */
export function settleBody(agent: Agent, yawRate: number, dt: number): void {
  const two = agent.kind === 'motorbike' || agent.kind === 'bicycle';
  const lean = two ? Math.atan((agent.speed * yawRate) / gravity) : 0;
  agent.lean += (lean - agent.lean) * Math.min(1, dt / 0.2);
  const pitch = Math.max(-0.02, Math.min(0.05, -agent.acceleration * (two ? 0.012 : 0.008)));
  agent.pitch += (pitch - agent.pitch) * Math.min(1, dt / 0.25);
  if (agent.acceleration < -0.7) agent.braking = true;
  else if (agent.acceleration > -0.25) agent.braking = agent.speed < 0.1;
}
