import type * as THREE from 'three';
import { dress } from '../people/clothes.ts';
import { addTrunk, legOf, type Seat } from '../people/rider.ts';
import type { Seeded } from '../seeded.ts';
import { type Skin, Solid, skin, type Vec } from '../solid/solid.ts';
import { type Lamp, lampsOf } from './lamps.ts';
import type { Maker, Stride } from './model.ts';

const paints = [
  0x14161a, 0x8e1216, 0xe8e8e6, 0x1f3f86, 0x3a3d42, 0x6e1f24, 0xb7babd, 0x2c5d6b, 0xa8adb2, 0xc4262a,
];
const dark = skin('satin', 0x17181a);
const rubber = skin('matte', 0x111112);
const steel = skin('metal', 0x8a8d92);
const spokes = skin('satin', 0x2a2c2f);
const saddle = skin('matte', 0x141414);

/** Wheel centres, half the wheelbase from the middle. */
const wheelAt = 0.62;
const wheelRadius = 0.285;

export const motorbike: Maker = (chance, _body, weather) => {
  const scooter = chance.chance(0.6);
  const paint = skin('paint', chance.pick(paints));
  const solid = new Solid();
  addWheels(solid, paint);
  addFork(solid);
  addShield(solid, paint, scooter);
  addTail(solid, paint, scooter);
  addEngine(solid, scooter);
  const driver = dress(chance, weather.rain);
  const seat = driverSeat(chance);
  addTrunk(solid, driver, seat);
  const pillion = addPassengerOrLoad(solid, chance, weather.rain);
  const root = solid.build();
  const legs = driverLegs(driver, seat);
  root.add(legs.riding, legs.footDown, legs.right, ...pillion);
  const lamps = lampsOf(bikeLamps);
  root.add(lamps.group);
  root.scale.set(1.03, chance.between(1.0, 1.06), 1.1);
  return { root, lamps, axles: [], pose: ({ speed }: Stride) => restFoot(legs, speed) };
};

function restFoot(
  { riding, footDown }: { riding: THREE.Object3D; footDown: THREE.Object3D },
  speed: number,
): void {
  riding.visible = speed >= 0.6;
  footDown.visible = speed < 0.6;
}

function driverSeat(chance: Seeded): Seat {
  return {
    hip: [-0.15, 0.85, 0],
    driver: true,
    stoop: chance.between(0.02, 0.22),
    grip: [0.4, 1.05, 0.3],
    foot: [0.17, 0.36, 0.16],
  };
}

function driverLegs(clothes: ReturnType<typeof dress>, { hip, foot }: Seat) {
  const knee = (side: number): Vec => [0.28, 0.74, side * 0.17];
  const ankle = (side: number): Vec => [foot[0], foot[1], side * foot[2]];
  const joint = (side: number): Vec => [hip[0] + 0.04, hip[1] - 0.01, side * 0.1];
  return {
    right: legOf(clothes, joint(1), knee(1), ankle(1)),
    riding: legOf(clothes, joint(-1), knee(-1), ankle(-1)),
    footDown: legOf(clothes, joint(-1), [0.12, 0.52, -0.3], [0.0, 0.1, -0.38]),
  };
}

function addPassengerOrLoad(solid: Solid, chance: Seeded, rain: boolean): THREE.Group[] {
  const what = chance.unit();
  if (what < 0.26) return addPillion(solid, chance, rain);
  if (what < 0.37) addDeliveryBox(solid, chance);
  else if (what < 0.43) addPanniers(solid, chance);
  if (chance.chance(0.15)) {
    solid.ellipsoid(
      [0.2, 0.62, 0],
      [0.15, 0.18, 0.16],
      skin('matte', chance.pick([0xe0e0e0, 0xd03030, 0x4a7a4a])),
    );
  }
  return [];
}

function addPillion(solid: Solid, chance: Seeded, rain: boolean): THREE.Group[] {
  const clothes = dress(chance, rain);
  const hip: Vec = [-0.56, 0.9, 0];
  addTrunk(solid, clothes, {
    hip,
    driver: false,
    stoop: 0.12,
    grip: [-0.24, 1.05, 0.18],
    foot: [-0.38, 0.36, 0.2],
  });
  return [1, -1].map((side) =>
    legOf(clothes, [hip[0] + 0.04, 0.88, side * 0.1], [-0.22, 0.72, side * 0.24], [-0.38, 0.36, side * 0.2]),
  );
}

function addDeliveryBox(solid: Solid, chance: Seeded): void {
  const colour = chance.pick([0xd8480f, 0x1f8a3c, 0xc21a1a, 0x1a9aa0]);
  solid.box([-0.72, 1.1, 0], [0.45, 0.46, 0.46], skin('satin', colour), { round: 0.03 });
  solid.box([-0.95, 1.14, 0], [0.012, 0.2, 0.3], skin('matte', 0xf2f2ee));
}

function addPanniers(solid: Solid, chance: Seeded): void {
  const cloth = skin('matte', chance.pick([0xd8d0c0, 0x5a4a3a, 0x2a4a70, 0x3a6a44]));
  for (const side of [1, -1]) solid.ellipsoid([-0.52, 0.76, side * 0.26], [0.25, 0.22, 0.14], cloth);
}

function addWheels(solid: Solid, paint: Skin): void {
  for (const x of [wheelAt, -wheelAt]) {
    solid.ring([x, wheelRadius, 0], 0.236, 0.05, rubber);
    solid.drum([x, wheelRadius, 0], 0.2, 0.03, spokes);
    solid.drum([x, wheelRadius, 0], 0.075, 0.12, steel, 12);
    solid.ring([x, wheelRadius, 0], 0.186, 0.014, steel);
  }
  solid.ring([wheelAt, wheelRadius, 0], 0.295, 0.058, paint, 2.2, 0.5);
  solid.ring([-wheelAt, 0.295, 0], 0.29, 0.06, dark, 2.0, 1.0);
}

function addFork(solid: Solid): void {
  for (const side of [1, -1]) {
    solid.limb([wheelAt, wheelRadius, side * 0.08], [0.44, 0.88, side * 0.06], [0.028, 0.03], steel);
    solid.limb(
      [-wheelAt, wheelRadius, side * 0.12],
      [-0.5, 0.7, side * 0.12],
      [0.03, 0.03],
      skin('metal', 0x6a6d72),
    );
    solid.limb([0.42, 1.05, side * 0.26], [0.38, 1.22, side * 0.32], [0.01, 0.01], rubber);
    solid.ellipsoid([0.38, 1.24, side * 0.33], [0.02, 0.045, 0.065], skin('satin', 0x22262a));
  }
  solid.limb([0.42, 1.03, -0.32], [0.42, 1.03, 0.32], [0.02, 0.02], rubber);
}

/** The leg shield and the head with its lamp. */
function addShield(solid: Solid, paint: Skin, scooter: boolean): void {
  const wide = scooter ? 1.15 : 0.95;
  const cut = (x: number, half: readonly number[], heights: readonly number[]) => ({
    x,
    outline: heights.map((height, i) => [half[i]! * wide, height] as const),
  });
  solid.loft(
    [
      cut(0.25, [0, 0.12, 0.16, 0.215, 0.19, 0], [0.37, 0.37, 0.5, 0.72, 0.91, 0.94]),
      cut(0.34, [0, 0.13, 0.18, 0.235, 0.2, 0], [0.35, 0.35, 0.5, 0.72, 0.93, 0.96]),
      cut(0.44, [0, 0.08, 0.12, 0.16, 0.12, 0], [0.42, 0.44, 0.55, 0.74, 0.94, 0.98]),
      cut(0.51, [0, 0.04, 0.07, 0.09, 0.07, 0], [0.5, 0.52, 0.6, 0.76, 0.91, 0.95]),
    ],
    () => paint,
    0.7,
  );
  solid.ellipsoid([0.43, 1.01, 0], [0.13, 0.1, 0.19], paint);
  solid.box([0.5, 0.56, 0], [0.02, 0.12, 0.17], dark);
}

function addTail(solid: Solid, paint: Skin, scooter: boolean): void {
  const wide = scooter ? 1.2 : 1;
  const cut = (x: number, half: readonly number[], heights: readonly number[]) => ({
    x,
    outline: heights.map((height, i) => [half[i]! * wide, height] as const),
  });
  solid.loft(
    [
      cut(-0.86, [0, 0.05, 0.08, 0.07, 0], [0.66, 0.66, 0.7, 0.76, 0.78]),
      cut(-0.6, [0, 0.1, 0.145, 0.12, 0], [0.53, 0.54, 0.66, 0.78, 0.8]),
      cut(-0.2, [0, 0.12, 0.165, 0.14, 0], [0.41, 0.43, 0.58, 0.74, 0.76]),
      cut(0.02, [0, 0.1, 0.13, 0.11, 0], [0.41, 0.43, 0.54, 0.66, 0.68]),
    ],
    () => paint,
    0.7,
  );
  solid.box([-0.3, 0.79, 0], [0.78, 0.09, 0.26], saddle, { round: 0.045, pitch: 0.05 });
  solid.ring([-0.78, 0.81, 0], 0.09, 0.015, steel, 3.2, 1.5);
  solid.box([-0.9, 0.53, 0], [0.02, 0.14, 0.19], skin('matte', 0xf2f2f0), { pitch: -0.25 });
  solid.box([-0.885, 0.53, 0], [0.02, 0.22, 0.22], rubber, { pitch: -0.25 });
}

function addEngine(solid: Solid, scooter: boolean): void {
  solid.box([0.05, 0.4, 0], [0.6, 0.15, scooter ? 0.32 : 0.24], dark, { round: 0.05 });
  solid.box([0, 0.3, 0], [0.36, 0.22, 0.22], skin('metal', 0x4a4d50), { round: 0.05 });
  const pipe = skin('metal', scooter ? 0x2a2a2a : 0x8a8d90);
  solid.limb([0, 0.26, 0.16], [-0.4, 0.3, 0.18], [0.03, 0.05], skin('metal', 0x707276));
  solid.limb([-0.4, 0.3, 0.18], [-0.82, 0.4, 0.19], [0.055, 0.06], pipe);
}

const bikeLamps: readonly Lamp[] = [
  { role: 'front', at: [0.52, 0.99, 0], size: [0.13, 0.14, 0.21] },
  { role: 'rear', at: [-0.86, 0.73, 0], size: [0.1, 0.09, 0.2] },
  { role: 'left', at: [0.5, 0.8, -0.12], size: [0.08, 0.07, 0.1] },
  { role: 'right', at: [0.5, 0.8, 0.12], size: [0.08, 0.07, 0.1] },
  { role: 'left', at: [-0.84, 0.68, -0.14], size: [0.07, 0.06, 0.08] },
  { role: 'right', at: [-0.84, 0.68, 0.14], size: [0.07, 0.06, 0.08] },
];
