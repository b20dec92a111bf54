import type * as THREE from 'three';
import type { Body } from '../../traffic/motion.ts';
import type { Seeded } from '../seeded.ts';
import type { Lamps } from './lamps.ts';

/** A vehicle or a person ready to be placed: x forward, y up, z to the right, the ground at y = 0. */
export interface Model {
  readonly root: THREE.Group;
  readonly lamps: Lamps | undefined;
  /** Turned about their own z by the way travelled, divided by their radius. */
  readonly axles: readonly Axle[];
  /** What moves with the gait or the halt: a foot on the ground, legs that walk. */
  readonly pose?: (stride: Stride) => void;
}

export interface Axle {
  readonly wheels: THREE.Object3D;
  readonly radius: number;
}

export interface Stride {
  readonly speed: number;
  /** Metres travelled since it entered. */
  readonly travelled: number;
}

/** What people dress for. */
export interface Weather {
  readonly rain: boolean;
}

/** Makes the body of one road user; every call with the same chance gives the same one. */
export type Maker = (chance: Seeded, body: Body, weather: Weather) => Model;
