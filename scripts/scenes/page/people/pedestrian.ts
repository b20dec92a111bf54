import * as THREE from 'three';
import { Solid, skin } from '../solid/solid.ts';
import type { Maker, Stride } from '../vehicles/model.ts';
import { type Clothes, dress } from './clothes.ts';

const hipHeight = 0.9;
const shoulderHeight = 1.42;
/** Metres for a left and a right step together. */
const strideLength = 1.35;

/** Somebody on foot: legs and arms swing with the way travelled, so that feet do not slide. */
export const pedestrian: Maker = (chance, _body, weather) => {
  const clothes = dress(chance, weather.rain);
  const trunk = new Solid();
  addTrunk(trunk, clothes);
  if (weather.rain && chance.chance(0.5)) addUmbrella(trunk, chance.pick([0x20242c, 0x8e1b1b, 0x27406e]));
  else if (chance.chance(0.35)) addConicalHat(trunk);
  else addHair(trunk);
  const root = trunk.build();
  const legs = [1, -1].map((side) => limbAt(legSolid(clothes), hipHeight, side * 0.1));
  const arms = [1, -1].map((side) => limbAt(armSolid(clothes), shoulderHeight, side * 0.23));
  root.add(...legs.map(({ joint }) => joint), ...arms.map(({ joint }) => joint));
  return { root, lamps: undefined, axles: [], pose: (stride) => walk(legs, arms, stride) };
};

interface Swinging {
  readonly joint: THREE.Group;
  readonly lower: THREE.Object3D;
}

function walk(legs: readonly Swinging[], arms: readonly Swinging[], { speed, travelled }: Stride): void {
  const phase = (travelled / strideLength) * Math.PI * 2;
  const reach = Math.min(0.48, speed * 0.36);
  legs.forEach(({ joint, lower }, i) => {
    const angle = phase + i * Math.PI;
    joint.rotation.z = Math.sin(angle) * reach;
    lower.rotation.z = -Math.max(0, Math.cos(angle)) * reach * 1.7;
  });
  arms.forEach(({ joint, lower }, i) => {
    joint.rotation.z = -Math.sin(phase + i * Math.PI) * reach * 0.8;
    lower.rotation.z = 0.15 + reach * 0.5;
  });
}

function limbAt(
  { upper, lower }: { upper: THREE.Group; lower: THREE.Group },
  height: number,
  z: number,
): Swinging {
  const joint = new THREE.Group();
  joint.position.set(0, height, z);
  joint.add(upper, lower);
  return { joint, lower };
}

function legSolid(clothes: Clothes) {
  const cloth = skin('matte', clothes.trousers);
  const upper = new Solid().limb([0, 0, 0], [0, -0.42, 0], [0.1, 0.075], cloth).build();
  const shin = new Solid().limb([0, 0, 0], [0, -0.38, 0], [0.072, 0.055], cloth);
  shin.box([0.06, -0.43, 0], [0.25, 0.08, 0.095], skin('matte', clothes.shoes), { round: 0.03 });
  const lower = shin.build();
  lower.position.y = -0.42;
  return { upper, lower };
}

function armSolid(clothes: Clothes) {
  const sleeve = skin('matte', clothes.top);
  const bare = skin('matte', clothes.skin);
  const upper = new Solid().limb([0, 0, 0], [0, -0.27, 0], [0.07, 0.058], sleeve).build();
  const lower = new Solid()
    .limb([0, 0, 0], [0, -0.24, 0], [0.055, 0.042], clothes.longSleeves ? sleeve : bare)
    .ellipsoid([0, -0.3, 0], [0.045, 0.07, 0.035], bare)
    .build();
  lower.position.y = -0.27;
  return { upper, lower };
}

function addTrunk(solid: Solid, clothes: Clothes): void {
  const cloth = skin('matte', clothes.top);
  const face = skin('matte', clothes.skin);
  solid.limb([0, 0.98, 0], [0.01, 1.34, 0], [0.145, 0.155], cloth, 1.3);
  solid.ellipsoid([0, 0.93, 0], [0.145, 0.13, 0.18], skin('matte', clothes.trousers));
  solid.ellipsoid([0.01, 1.4, 0], [0.125, 0.1, 0.235], cloth);
  solid.limb([0.01, 1.44, 0], [0.03, 1.55, 0], [0.06, 0.055], face);
  solid.ellipsoid([0.035, 1.62, 0], [0.098, 0.122, 0.084], face);
  if (clothes.bag !== undefined) {
    solid.box([-0.2, 1.25, 0], [0.16, 0.36, 0.28], skin('matte', clothes.bag), { round: 0.06 });
  }
}

function addHair(solid: Solid): void {
  const cap = new THREE.SphereGeometry(0.112, 14, 9, 0, Math.PI * 2, 0, 1.7);
  solid.add(cap.translate(0.015, 1.645, 0), skin('satin', 0x15120f));
}

function addConicalHat(solid: Solid): void {
  solid.add(new THREE.ConeGeometry(0.25, 0.17, 18).translate(0.02, 1.76, 0), skin('matte', 0xd9c79a));
}

function addUmbrella(solid: Solid, colour: number): void {
  solid.add(new THREE.ConeGeometry(0.52, 0.24, 10, 1, true).translate(0.12, 2.02, 0), skin('satin', colour));
  solid.limb([0.16, 1.2, 0.16], [0.12, 2.1, 0], [0.012, 0.012], skin('metal', 0x808080));
}
