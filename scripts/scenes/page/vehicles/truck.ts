import * as THREE from 'three';
import type { Seeded } from '../seeded.ts';
import { type Section, type Skin, Solid, skin } from '../solid/solid.ts';
import { type Lamp, lampsOf } from './lamps.ts';
import type { Maker } from './model.ts';
import { addAxles, axleOf, wheelWells } from './wheels.ts';

const length = 6.4;
const half = 1.02;
const nose = length / 2;
/** Where the cab ends and the load begins. */
const cabBack = nose - 1.62;
const bed = { from: -nose, to: cabBack - 0.12, floor: 0.98 };
const cabPaints = [0x1f4f9c, 0xf2f2f0, 0xf0f0ee, 0x2b6b4a, 0xc8a020, 0x8e1216, 0x3f74b0];
const pane = skin('glass', 0x46515a);
const black = skin('satin', 0x101011);

/** The light lorry of every Vietnamese town: cab over engine, two axles. */
export const truck: Maker = (chance, body) => {
  const paint = skin('paint', chance.pick(cabPaints));
  const solid = new Solid();
  addCab(solid, paint);
  addChassis(solid);
  if (body === 'box-truck') addBox(solid, chance);
  else if (body === 'tarpaulin-truck') addTarpaulin(solid, paint, chance);
  else addOpenBed(solid, paint, chance);
  const axleSpecs = [nose - 0.85, -nose + 1.45].map((x) => ({
    x,
    outside: half + 0.01,
    radius: 0.41,
    tyreWidth: 0.34,
    rim: 0.52,
  }));
  wheelWells(solid, axleSpecs[0]!);
  const root = solid.build();
  const axles = axleSpecs.map(axleOf);
  addAxles(root, axles);
  const lamps = lampsOf(truckLamps());
  root.add(lamps.group);
  return { root, lamps, axles };
};

function addCab(solid: Solid, paint: Skin): void {
  const cut = (x: number, wide: number, low: number, belt: number, top: number, roof: number): Section => ({
    x,
    outline: [
      [0, low],
      [wide, low],
      [wide, low + 0.2],
      [wide, belt],
      [roof, top - 0.13],
      [roof * 0.9, top],
      [0, top + 0.02],
    ],
  });
  solid.loft(
    [
      cut(cabBack, half * 0.94, 0.55, 1.36, 2.16, half * 0.87),
      cut(cabBack + 0.35, half * 0.95, 0.5, 1.36, 2.24, half * 0.87),
      cut(nose - 0.6, half * 0.95, 0.5, 1.36, 2.2, half * 0.86),
      cut(nose - 0.22, half * 0.95, 0.48, 1.33, 1.5, half * 0.88),
      cut(nose - 0.07, half * 0.94, 0.48, 1.22, 1.3, half * 0.86),
      cut(nose, half * 0.9, 0.5, 1.12, 1.17, half * 0.82),
    ],
    (x, strip) => {
      if (strip === 0) return skin('matte', 0x111111);
      if (strip === 3 && x > cabBack + 0.2 && x < nose - 0.3) return pane;
      return paint;
    },
    0.4,
  );
  solid.box([nose - 0.38, 1.77, 0], [0.06, 0.78, half * 1.64], pane, { round: 0.03, pitch: 0.49 });
  for (const side of [1, -1]) {
    solid.box([nose - 0.2, 1.68, side * (half + 0.12)], [0.1, 0.36, 0.18], black, { round: 0.03 });
    solid.box([cabBack + 0.42, 1.0, side * half * 0.955], [0.016, 0.9, 0.012], skin('matte', 0x141414));
    solid.box([nose - 0.3, 1.02, side * half * 0.955], [0.016, 0.6, 0.012], skin('matte', 0x141414));
    solid.box([cabBack + 0.55, 1.24, side * half * 0.955], [0.16, 0.03, 0.03], black);
  }
  solid.box([nose + 0.01, 0.9, 0], [0.05, 0.22, half * 1.1], black, { round: 0.02 });
  solid.box([nose + 0.03, 0.58, 0], [0.06, 0.2, half * 1.78], skin('satin', 0x3a3b3d), { round: 0.03 });
  solid.box([nose + 0.07, 0.6, 0], [0.02, 0.12, 0.45], skin('matte', 0xf0f0f0));
  solid.box([nose - 0.12, 1.38, 0], [0.04, 0.03, half * 1.5], skin('matte', 0x141414));
}

function addChassis(solid: Solid): void {
  solid.box([-0.2, 0.66, 0], [length - 0.5, 0.2, 0.85], skin('matte', 0x151515));
  solid.box([-0.1, 0.62, half * 0.8], [1.1, 0.36, 0.34], skin('satin', 0x2a2b2d), { round: 0.04 });
  solid.box([-0.1, 0.62, -half * 0.8], [0.8, 0.34, 0.34], skin('satin', 0x1c1c1e), { round: 0.04 });
  solid.box([-nose + 0.08, 0.62, 0], [0.08, 0.12, half * 1.8], skin('matte', 0x202020));
  solid.box([-nose + 0.02, 0.7, 0], [0.02, 0.14, 0.45], skin('matte', 0xf0f0f0));
  for (const side of [1, -1])
    solid.box([-nose + 0.92, 0.5, side * half * 0.9], [0.04, 0.4, 0.34], skin('matte', 0x161616));
}

const bedLength = bed.to - bed.from;
const bedMiddle = (bed.to + bed.from) / 2;

function addBox(solid: Solid, chance: Seeded): void {
  const top = chance.between(2.75, 3.0);
  const colour = chance.pick([0xe8e8e6, 0xeeeeec, 0xc8ccd0, 0x3a6fb0, 0xd8d0b0]);
  const wall = skin('satin', colour);
  const seam = skin('satin', new THREE.Color(colour).multiplyScalar(0.72).getHex());
  solid.box([bedMiddle, (bed.floor + top) / 2, 0], [bedLength, top - bed.floor, half * 2.06], wall, {
    round: 0.04,
  });
  for (const side of [1, -1]) {
    for (let i = 1; i < 7; i++) {
      solid.box(
        [bed.from + (bedLength * i) / 7, (bed.floor + top) / 2, side * half * 1.032],
        [0.03, top - bed.floor - 0.08, 0.02],
        seam,
      );
    }
    solid.box(
      [bed.from - 0.012, (bed.floor + top) / 2, side * half * 0.5],
      [0.02, top - bed.floor - 0.2, 0.03],
      skin('metal', 0x808488),
    );
  }
  solid.box(
    [bed.from - 0.012, (bed.floor + top) / 2, 0],
    [0.02, top - bed.floor - 0.1, 0.03],
    skin('matte', 0x222222),
  );
  const sign = chance.pick([0xc22a20, 0x2a5a9c, 0x2f8a4a]);
  for (const side of [1, -1])
    solid.box([bedMiddle, 2.0, side * half * 1.036], [bedLength * 0.5, 0.34, 0.02], skin('satin', sign));
}

function addTarpaulin(solid: Solid, paint: Skin, chance: Seeded): void {
  const cloth = skin('matte', chance.pick([0x2f5a46, 0x3a5a8a, 0x6a7a68, 0x2a6a8a]));
  solid.box([bedMiddle, 1.26, 0], [bedLength, 0.56, half * 2.04], paint, { round: 0.02 });
  for (const side of [1, -1]) {
    for (let i = 0; i <= 6; i++) {
      solid.box(
        [bed.from + 0.05 + ((bedLength - 0.1) * i) / 6, 1.26, side * half * 1.03],
        [0.06, 0.56, 0.04],
        paint,
      );
    }
  }
  const cut = (x: number, sag: number): Section => ({
    x,
    outline: [
      [0, 1.5],
      [half * 1.03, 1.5],
      [half * 1.03, 2.25],
      [half * 0.9, 2.5 - sag],
      [half * 0.5, 2.66 - sag],
      [0, 2.7 - sag],
    ],
  });
  const cuts = Array.from({ length: 9 }, (_, i) =>
    cut(bed.from + 0.03 + ((bedLength - 0.06) * i) / 8, i % 2 ? 0.06 : 0),
  );
  solid.loft(cuts, () => cloth, 0.6);
  solid.box([bed.from, 1.26, 0], [0.04, 0.52, half * 1.9], paint);
}

function addOpenBed(solid: Solid, paint: Skin, chance: Seeded): void {
  solid.box([bedMiddle, bed.floor, 0], [bedLength, 0.12, half * 2.04], paint, { round: 0.02 });
  for (const side of [1, -1]) {
    solid.box([bedMiddle, 1.27, side * half], [bedLength, 0.52, 0.06], paint, { round: 0.02 });
    for (let i = 0; i < 7; i++) {
      solid.box(
        [bed.from + (bedLength * (i + 0.5)) / 7, 1.27, side * half * 1.03],
        [0.06, 0.52, 0.05],
        paint,
      );
    }
  }
  solid.box([bed.from + 0.03, 1.27, 0], [0.06, 0.52, half * 2], paint, { round: 0.02 });
  solid.box([bed.to, 1.7, 0], [0.06, 0.95, half * 2], paint, { round: 0.02 });
  const load = chance.below(3);
  if (load === 0)
    solid.box([bedMiddle + 0.2, 1.42, 0], [bedLength * 0.78, 0.62, half * 1.7], skin('matte', 0x8a6f4a), {
      round: 0.22,
    });
  else if (load === 1) {
    for (let i = 0; i < 4; i++) {
      const tint = skin('matte', chance.pick([0xc8b890, 0xd8d4c8, 0x9a8a70]));
      solid.box([bed.from + 0.6 + i * 0.95, 1.5, 0], [0.88, chance.between(0.8, 1.1), half * 1.75], tint, {
        round: 0.12,
      });
    }
  } else {
    for (let i = 0; i < 5; i++) {
      solid.limb(
        [bed.from + 0.1, 1.15 + i * 0.09, -0.6 + i * 0.3],
        [bed.to - 0.1, 1.2 + i * 0.1, -0.6 + i * 0.3],
        [0.1, 0.1],
        skin('satin', 0x9aa0a4),
      );
    }
  }
}

function truckLamps(): Lamp[] {
  return [1, -1].flatMap((side): Lamp[] => {
    const turn = side > 0 ? 'right' : 'left';
    return [
      { role: 'front', at: [nose + 0.01, 0.84, side * half * 0.76], size: [0.12, 0.2, 0.32] },
      { role: 'rear', at: [-nose + 0.04, 0.78, side * half * 0.8], size: [0.08, 0.16, 0.28] },
      { role: turn, at: [nose, 1.02, side * half * 0.82], size: [0.1, 0.1, 0.2] },
      { role: turn, at: [-nose + 0.04, 0.78, side * half * 0.6], size: [0.08, 0.14, 0.12] },
    ];
  });
}
