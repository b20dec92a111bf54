import type * as THREE from 'three';
import { Solid, skin } from '../solid/solid.ts';
import type { Axle } from './model.ts';

/** Where an axle is and what is on it. */
export interface AxleSpec {
  readonly x: number;
  /** Half the track: the outer face of the tyres. */
  readonly outside: number;
  readonly radius: number;
  readonly tyreWidth: number;
  /** Rim against wheel, 0 to 1. */
  readonly rim?: number;
}

const tyre = skin('matte', 0x18191b);
const well = skin('matte', 0x060606);
const alloy = skin('metal', 0xa9acb1);
const gap = skin('matte', 0x1b1b1c);

export function axleOf({ x, outside, radius, tyreWidth, rim = 0.64 }: AxleSpec): Axle {
  const solid = new Solid();
  for (const side of [1, -1]) {
    const face = side * outside;
    solid.drum([0, 0, face - (side * tyreWidth) / 2], radius, tyreWidth, tyre, 16);
    solid.drum([0, 0, face], radius * rim, 0.02, alloy, 12);
    for (let spoke = 0; spoke < 5; spoke++) {
      const angle = (spoke * Math.PI * 2) / 5 + 0.3;
      const reach = radius * rim * 0.62;
      const at = [Math.cos(angle) * reach, Math.sin(angle) * reach, face + side * 0.008] as const;
      solid.drum(at, radius * 0.13, 0.02, gap, 6);
    }
  }
  const wheels = solid.build();
  wheels.position.set(x, radius, 0);
  return { wheels, radius };
}

/** The dark hollow around the wheel, a part of the body. */
export function wheelWells(solid: Solid, { x, outside, radius, tyreWidth }: AxleSpec): void {
  for (const side of [1, -1]) {
    const at = [x, radius + 0.05, side * (outside - tyreWidth * 0.5 - 0.008)] as const;
    solid.drum(at, radius * 1.17, tyreWidth, well, 16);
  }
}

export function addAxles(root: THREE.Group, axles: readonly Axle[]): void {
  for (const { wheels } of axles) root.add(wheels);
}
