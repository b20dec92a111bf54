import type { Journey } from '../journey/journey.ts';

/** Metres that a leader's own length adds to the distance between two foot points, beyond a car's. */
const extraLength: Readonly<Record<string, number>> = { bus: 7, truck: 4 };

/** Beside it by less than this, one is in the other's way: half a lane. */
const sameWay = 2.2;
/** Slower than this is standing in a queue or about to. */
const queueSpeed = 2.5;

/** Whether one of `others` stands or creeps in front of it with less than `gap` metres between. */
export function queuesBehind(vehicle: Journey, others: readonly Journey[], gap: number): boolean {
  const { axisX, axisY } = vehicle;
  for (const other of others) {
    if (other === vehicle || other.speed > queueSpeed) continue;
    const dx = other.x - vehicle.x;
    const dy = other.y - vehicle.y;
    const ahead = dx * axisX + dy * axisY;
    const beside = Math.abs(dx * axisY - dy * axisX);
    if (ahead > 0.8 && ahead < gap + (extraLength[other.kind] ?? 0) && beside < sameWay + other.noise)
      return true;
  }
  return false;
}
