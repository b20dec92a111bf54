import type { RoadUser } from '../track.ts';

/** What common label lists call our road users; what is not here is of no interest. */
const KNOWN: Readonly<Record<string, RoadUser>> = {
  person: 'person',
  pedestrian: 'person',
  people: 'person',
  bicycle: 'bicycle',
  bike: 'bicycle',
  car: 'car',
  van: 'car',
  minivan: 'car',
  taxi: 'car',
  motorbike: 'motorbike',
  motorcycle: 'motorbike',
  scooter: 'motorbike',
  moped: 'motorbike',
  bus: 'bus',
  minibus: 'bus',
  truck: 'truck',
  lorry: 'truck',
};

/** For each label of a model the road user it means, undefined for anything else. */
export function roadUsersOf(labels: readonly string[]): readonly (RoadUser | undefined)[] {
  return labels.map((label) => KNOWN[label.trim().toLowerCase()]);
}

/** Kinds that a detector takes for one another: of two at the same place one is wrong. */
export type Family = 'vehicle' | 'two-wheeler' | 'person';

/** For each label of a model its family, undefined for anything that is no road user. */
export function familiesOf(labels: readonly string[]): readonly (Family | undefined)[] {
  return roadUsersOf(labels).map((kind) => kind && familyOf(kind));
}

export function familyOf(kind: RoadUser): Family {
  if (kind === 'person') return 'person';
  return kind === 'motorbike' || kind === 'bicycle' ? 'two-wheeler' : 'vehicle';
}
