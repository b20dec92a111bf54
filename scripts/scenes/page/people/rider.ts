import * as THREE from 'three';
import { Solid, skin, type Vec } from '../solid/solid.ts';
import type { Clothes } from './clothes.ts';

/** Where somebody sits: the hip, and whether the hands hold the bar or the person in front. */
export interface Seat {
  readonly hip: Vec;
  readonly driver: boolean;
  /** Forward lean of the trunk, radians. */
  readonly stoop: number;
  /** Where hands and feet go, for the driver of this machine. */
  readonly grip: Vec;
  readonly foot: Vec;
}

/** Somebody on two wheels, without legs: those are built apart, since one may be put down. */
export function addTrunk(solid: Solid, clothes: Clothes, seat: Seat): void {
  const [hx, hy] = seat.hip;
  const cloth = skin('matte', clothes.top);
  const chest: Vec = [hx + 0.07 + Math.sin(seat.stoop) * 0.4, hy + 0.38 * Math.cos(seat.stoop), 0];
  solid.limb([hx, hy, 0], chest, [0.17, 0.185], cloth, 1.3);
  solid.ellipsoid([hx - 0.02, hy - 0.03, 0], [0.2, 0.15, 0.235], skin('matte', clothes.trousers));
  solid.ellipsoid([chest[0], chest[1] + 0.09, 0], [0.15, 0.125, 0.265], cloth);
  for (const side of [1, -1]) addArm(solid, clothes, seat, chest, side);
  addHead(solid, clothes, chest, seat.stoop);
  if (clothes.bag !== undefined && clothes.poncho === undefined) {
    solid.box([chest[0] - 0.23, chest[1] - 0.02, 0], [0.17, 0.38, 0.3], skin('matte', clothes.bag), {
      round: 0.06,
    });
  }
  if (clothes.poncho !== undefined && seat.driver) addPoncho(solid, clothes.poncho, chest, seat);
}

function addArm(solid: Solid, clothes: Clothes, { grip, driver }: Seat, chest: Vec, side: number): void {
  const cloth = skin('matte', clothes.top);
  const bare = skin('matte', clothes.skin);
  const shoulder: Vec = [chest[0] + 0.01, chest[1] + 0.12, side * 0.21];
  const hand: Vec = [grip[0], grip[1], side * grip[2]];
  const elbow: Vec = [
    (shoulder[0] + hand[0]) / 2 - 0.03,
    (shoulder[1] + hand[1]) / 2 - (driver ? 0.09 : 0.12),
    side * (Math.max(grip[2], 0.2) + 0.045),
  ];
  solid.limb(shoulder, elbow, [0.08, 0.066], cloth);
  solid.limb(elbow, hand, [0.061, 0.047], clothes.longSleeves ? cloth : bare);
  solid.ellipsoid(hand, [0.052, 0.046, 0.046], bare);
}

function addHead(solid: Solid, clothes: Clothes, chest: Vec, stoop: number): void {
  const x = chest[0] + 0.07 + stoop * 0.1;
  const y = chest[1] + 0.31;
  const face = skin('matte', clothes.skin);
  solid.limb([chest[0] + 0.02, chest[1] + 0.13, 0], [x - 0.02, y - 0.05, 0], [0.06, 0.055], face);
  solid.ellipsoid([x, y, 0], [0.1, 0.125, 0.086], face);
  if (clothes.mask !== undefined) {
    solid.ellipsoid([x + 0.027, y - 0.055, 0], [0.085, 0.07, 0.08], skin('matte', clothes.mask));
  }
  const shell = new THREE.SphereGeometry(0.15, 12, 6, 0, Math.PI * 2, 0, 1.66);
  solid.add(shell.scale(1.1, 1, 0.96).translate(x - 0.012, y + 0.035, 0), skin('paint', clothes.helmet));
  solid.box([x + 0.15, y + 0.06, 0], [0.12, 0.02, 0.17], skin('satin', 0x141414), { pitch: -0.25 });
}

/** A rain cape hangs from the shoulders over knees and lamp. */
function addPoncho(solid: Solid, colour: number, chest: Vec, { hip, grip }: Seat): void {
  const cape = new THREE.CylinderGeometry(0.2, 0.43, 0.85, 14, 2, true);
  const lean = Math.atan2(grip[0] - hip[0], 1.6);
  cape.rotateZ(-lean * 0.4).scale(1.15, 1, 0.92);
  solid.add(cape.translate(chest[0] + 0.06, chest[1] - 0.26, 0), skin('satin', colour));
  solid.ellipsoid([chest[0], chest[1] + 0.13, 0], [0.21, 0.13, 0.27], skin('satin', colour));
}

/** One leg as a body of its own. */
export function legOf(clothes: Clothes, hip: Vec, knee: Vec, ankle: Vec): THREE.Group {
  const solid = new Solid();
  const cloth = skin('matte', clothes.trousers);
  solid.limb(hip, knee, [0.118, 0.086], cloth);
  solid.limb(knee, ankle, [0.083, 0.06], cloth);
  solid.box([ankle[0] + 0.07, ankle[1] - 0.06, ankle[2]], [0.25, 0.08, 0.09], skin('matte', clothes.shoes), {
    round: 0.03,
  });
  return solid.build();
}
