import type { Agent, Spot } from './agent.ts';
import { isNimble } from './pose.ts';
import { penetrationOf } from './rectangles.ts';

/** What the surroundings allow a driver to do in this step; narrowed by one obstacle after the other. */
export interface Allowance {
  /** Acceleration that a calm driver would choose, m/s². */
  calm: number;
  /** Highest speed from which it can still be stopped in time. */
  safeSpeed: number;
}

export function openRoad(agent: Agent, speedLimit: number, allowance: Allowance): void {
  const wished = Math.min(agent.driver.desiredSpeed, speedLimit);
  allowance.calm = towards(agent, wished);
  allowance.safeSpeed = 99;
}

/** Acceleration towards a speed with nobody in front (Intelligent Driver Model, its braking side softened). */
export function towards(agent: Agent, wished: number): number {
  const { speed, driver } = agent;
  if (speed <= wished) {
    const ratio = speed / Math.max(0.1, wished);
    return driver.acceleration * (1 - ratio ** 4);
  }
  return -driver.comfortBraking * (1 - wished / speed);
}

/** Follows something `gap` metres ahead that moves at `leaderSpeed` along the own path (negative: it comes closer). */
export function follow(
  agent: Agent,
  gap: number,
  leaderSpeed: number,
  standingGap: number,
  allowance: Allowance,
): void {
  const { speed, driver } = agent;
  const closing =
    (speed * (speed - leaderSpeed)) / (2 * Math.sqrt(driver.acceleration * driver.comfortBraking));
  const wanted = standingGap + Math.max(0, speed * driver.headway + closing);
  const ratio = wanted / Math.max(0.05, gap);
  const free = Math.min(driver.acceleration, allowance.calm);
  const calm = free - driver.acceleration * ratio * ratio;
  // At the standing gap the model would creep for ever: standing still is as good.
  if (calm < allowance.calm) allowance.calm = calm;
  keepStoppable(agent, gap - 0.3 * standingGap, leaderSpeed, allowance);
}

/** Only what is needed to be able to stop behind it, braking hard: for what should be gone in time. */
export function keepStoppable(agent: Agent, gap: number, leaderSpeed: number, allowance: Allowance): void {
  const braking = agent.driver.hardBraking;
  const delay = 0.12 * braking;
  const leaderStops = Math.sign(leaderSpeed) * leaderSpeed * leaderSpeed;
  const room = leaderStops + 2 * braking * Math.max(0, gap) + delay * delay;
  const safe = room <= 0 ? 0 : Math.max(0, Math.sqrt(room) - delay);
  if (safe < allowance.safeSpeed) allowance.safeSpeed = safe;
}

/** Comes to stand at a point `distance` metres ahead. */
export function stopAt(agent: Agent, distance: number, allowance: Allowance): void {
  const { speed, driver } = agent;
  const wanted = Math.max(
    0,
    speed * 0.6 + (speed * speed) / (2 * Math.sqrt(driver.acceleration * driver.comfortBraking)),
  );
  const ratio = (0.25 + wanted) / Math.max(0.05, distance + 0.25);
  const calm = driver.acceleration * (1 - ratio * ratio);
  if (calm < allowance.calm) allowance.calm = calm;
  keepStoppable(agent, distance + 0.1, 0, allowance);
}

/** Must be no faster than `speed` when it gets `distance` metres further: brakes evenly, from where that is calm. */
export function slowTo(agent: Agent, speed: number, distance: number, allowance: Allowance): void {
  if (agent.speed <= speed) {
    if (distance < 3) allowance.calm = Math.min(allowance.calm, towards(agent, speed));
    return;
  }
  const needed = (agent.speed * agent.speed - speed * speed) / (2 * Math.max(0.5, distance));
  if (needed > 0.5 * agent.driver.comfortBraking) allowance.calm = Math.min(allowance.calm, -1.15 * needed);
}

/** Goes through the strip's spots ahead of an agent and follows whatever is in its way. */
export function followSpots(agent: Agent, spots: readonly Spot[], until: number, allowance: Allowance): void {
  const { along, spot } = agent;
  const horizon = 12 + agent.speed * 4.5;
  let found = 0;
  agent.obstructed = false;
  for (let k = agent.order + along; k >= 0 && k < spots.length; k += along) {
    const other = spots[k]!;
    const ahead = along * (other.u - spot.u);
    if (ahead - other.halfU > horizon || along * other.u > until) break;
    if (other.agent === agent) continue;
    if (other.low > spot.high + 0.06 || other.high < spot.low - 0.06) {
      passBeside(agent, other, ahead, allowance);
    } else if (meet(agent, other, ahead, allowance) && ++found === 3) break;
  }
}

/** Something in the own corridor: follow it, unless the own swerve is out of its way in time. True if followed. */
function meet(agent: Agent, other: Spot, ahead: number, allowance: Allowance): boolean {
  const { spot, along } = agent;
  const speed = along * other.speedU;
  let gap = ahead - spot.halfU - other.halfU;
  if (gap < 5 && agent.speed < 3 && isAskew(agent, other)) {
    const exact = straightGap(agent, other.agent, 8);
    // Its nose tells where it goes only if it is not about to steer towards the other.
    const steady = Math.abs(agent.target - agent.d) < 0.2 && Math.abs(agent.psi) < 0.1;
    if (exact < 7 || steady || !isInTarget(agent, other)) gap = exact;
    if (gap > 7) {
      // Past its corner at walking pace: it still has to straighten up beside it.
      const turned = Math.abs(agent.psi) > 0.25;
      if (turned) allowance.safeSpeed = Math.min(allowance.safeSpeed, Math.max(1.1, agent.speed - 0.3));
      return false;
    }
  }
  if (gap < 0) {
    const apart = Math.abs(other.d - spot.d) - spot.halfD - other.halfD;
    if (apart > 0.02) return false;
    keepStoppable(agent, 0, Math.max(0, speed), allowance);
    return true;
  }
  if (swervesClear(agent, other, gap, speed)) {
    keepStoppable(agent, gap - 0.2, speed, allowance);
    return false;
  }
  follow(agent, gap, speed, roomToKeep(agent, other.agent), allowance);
  return true;
}

/** Whether something is where the agent is steering to, if that is not where its nose points. */
function isInTarget({ target, width }: Agent, other: Spot): boolean {
  return other.low < target + width / 2 + 0.06 && other.high > target - width / 2 - 0.06;
}

/** Whether one of the two is turned so far that their extents along and across the strip say too little. */
function isAskew(agent: Agent, other: Spot): boolean {
  return Math.abs(agent.psi) > 0.08 || other.agent.spot !== other || Math.abs(other.agent.psi) > 0.08;
}

/** To who stands for good or comes the wrong way one keeps the room that it takes to get past. */
function roomToKeep(agent: Agent, other: Agent): number {
  const { standingGap, steeringMetres } = agent.driver;
  const inTheWay = other.errand?.stoodSince !== undefined || other.along !== agent.along;
  if (inTheWay) agent.obstructed = true;
  return inTheWay && agent.kind !== 'person' ? standingGap + Math.min(6, 2 * steeringMetres) : standingGap;
}

/** Metres straight on until the footprints touch, for somebody who stands or goes askew, whose spot is too coarse. */
export function straightGap(agent: Agent, other: Agent, reach: number): number {
  const c = Math.cos(agent.heading);
  const s = Math.sin(agent.heading);
  // Finely where it is close, so that no corner slips through between two looks.
  for (let gap = 0; gap < reach; gap += gap < 2 ? 0.2 : 0.5) {
    const deep = penetrationOf(
      other.x - agent.x - gap * c,
      other.y - agent.y - gap * s,
      agent.heading,
      agent.length / 2 + 0.06,
      agent.width / 2 + 0.08,
      other.heading,
      other.length / 2,
      other.width / 2,
    );
    if (deep > 0) return Math.max(0, gap - (gap <= 2 ? 0.2 : 0.5));
  }
  return 99;
}

/** Whether the own swerve, or straightening up after one, is out of its way in time. */
function swervesClear(agent: Agent, other: Spot, gap: number, otherSpeed: number): boolean {
  if (isInTarget(agent, other)) return false;
  const half = agent.width / 2 + 0.06;
  if (isNimble(agent)) return gap > 0.9;
  const distance = swerveDistance(agent, other, half);
  return gap + (otherSpeed * distance) / Math.max(0.5, agent.speed) > distance + 0.5;
}

/** Distance to drive until the swerve has come past the other's edge, on the safe side. */
function swerveDistance(agent: Agent, other: Spot, half: number): number {
  const { driver, speed, target, d } = agent;
  const length = Math.max(driver.steeringMetres, speed * driver.steeringTime);
  const way = Math.abs(target - d);
  const needed = target > d ? other.high + half - d : d - other.low + half;
  // Hardly anything to go: only its tail sticks out.
  if (way < 0.1 || needed <= 0) return 0.6 * length;
  const share = Math.min(0.97, needed / way);
  const smooth = length * 0.84 * (share / (1 - share)) ** 0.45 + 0.3 * length;
  const bounded = speed * 2 * Math.sqrt(needed / (0.6 * driver.lateralAcceleration));
  return Math.max(smooth, bounded);
}

/** Squeezing past something close: the closer, the smaller the difference in speed. */
function passBeside(agent: Agent, other: Spot, ahead: number, allowance: Allowance): void {
  const { spot, along } = agent;
  const gap = ahead - spot.halfU - other.halfU;
  if (gap > 1 + agent.speed * 0.8) return;
  const clear = Math.max(
    other.d - other.halfD - spot.d - spot.halfD,
    spot.d - spot.halfD - other.d - other.halfD,
  );
  if (clear > 0.9) return;
  const cap = Math.max(0, along * other.speedU) + 2.4 + 6 * Math.max(0, clear - 0.1);
  if (agent.speed > cap) {
    const calm = -agent.driver.comfortBraking * Math.min(1, (agent.speed - cap) / 2);
    if (calm < allowance.calm) allowance.calm = calm;
  }
}

/** The acceleration of this step: the calm wish with bounded change, overruled by what safety needs. */
export function accelerate(agent: Agent, allowance: Allowance, dt: number): void {
  const rising = 3.5 * dt;
  const falling = 7 * dt;
  const calm = Math.max(-agent.driver.hardBraking, allowance.calm);
  let next = Math.max(agent.acceleration - falling, Math.min(agent.acceleration + rising, calm));
  if (agent.speed + next * dt > allowance.safeSpeed) {
    next = Math.max(-9, Math.min(next, (allowance.safeSpeed - agent.speed) / dt));
  }
  if (agent.speed + next * dt <= 0) next = -agent.speed / dt;
  agent.acceleration = next;
}
