import { type Box, boxArea, intersection } from '#base';
import type { Detection } from '../track.ts';
import { familyOf } from './road-users.ts';

/**
 * Measured on pictures of Vietnamese streets: four riders of five have a two-wheeler of at least this confidence at their place,
 * of people on foot one in twenty.
 */
const SURE_TWO_WHEELER = 0.25;
/** Below this a two-wheeler is only a hint about the person at its place. */
const SURE_ALONE = 0.2;

/**
 * A rider and what they ride become one motorbike or bicycle, around both; a passenger joins them.
 * A person with only a hint of a two-wheeler stays a person and carries the hint in `onTwoWheels`.
 */
export function mergeRiders(detections: readonly Detection[]): Detection[] {
  const wheels = detections.filter(({ kind }) => familyOf(kind) === 'two-wheeler');
  const merged = wheels.map((each) => ({ ...each, onTwoWheels: each.confidence }));
  const people: Detection[] = [];
  /** Machines that are only a hint about the person on them. */
  const hints = new Set<number>();
  for (const person of detections.filter(({ kind }) => kind === 'person')) {
    const best = bestSeat(person, wheels);
    const under = best === undefined ? undefined : merged[best];
    if (best !== undefined && under !== undefined && under.onTwoWheels >= SURE_TWO_WHEELER)
      merged[best] = {
        ...under,
        box: around(under.box, person.box),
        confidence: Math.max(under.confidence, person.confidence),
      };
    else {
      people.push({ ...person, onTwoWheels: under?.onTwoWheels ?? 0 });
      if (best !== undefined) hints.add(best);
    }
  }
  const vehicles = detections.filter(({ kind }) => familyOf(kind) === 'vehicle');
  const machines = merged.filter(({ confidence }, i) => confidence >= SURE_ALONE && !hints.has(i));
  return [...vehicles, ...machines, ...people];
}

/** Index of the two-wheeler this person most likely sits on. */
function bestSeat(person: Detection, wheels: readonly Detection[]): number | undefined {
  let best: number | undefined;
  for (const [i, each] of wheels.entries())
    if (sitsOn(person.box, each.box) && (best === undefined || better(person, each, wheels[best]!))) best = i;
  return best;
}

/** Over one another, and the person's feet at the height of the machine. */
function sitsOn(person: Box, machine: Box): boolean {
  const shared = Math.min(person.right, machine.right) - Math.max(person.left, machine.left);
  const narrower = Math.min(person.right - person.left, machine.right - machine.left);
  const height = machine.bottom - machine.top;
  return (
    shared > narrower / 2 &&
    person.bottom > machine.top - 0.1 * height &&
    person.bottom < machine.bottom + 0.3 * height
  );
}

function better(person: Detection, one: Detection, other: Detection): boolean {
  return closeness(person, one) > closeness(person, other);
}

/** Share of the smaller box that both cover, weighted by how sure the machine is. */
function closeness(person: Detection, machine: Detection): number {
  const smaller = Math.min(boxArea(person.box), boxArea(machine.box));
  return (boxArea(intersection(person.box, machine.box)) / smaller) * machine.confidence;
}

function around(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}
