import type { Seeded } from '../seeded.ts';
import { curve } from '../solid/curve.ts';
import { type Colour, type Section, type Skin, Solid, skin } from '../solid/solid.ts';
import { type CarBody, type CarShape, carShapes } from './car-shapes.ts';
import { type Lamp, lampsOf } from './lamps.ts';
import type { Maker } from './model.ts';
import { addAxles, axleOf, wheelWells } from './wheels.ts';

/** White and silver most of all, as on the road. */
const paints = [
  0xf4f4f2, 0xf2f2ef, 0xeeeeec, 0xf1f0ec, 0xb9bcbf, 0xa2a5a9, 0x7d8186, 0x4a4d51, 0x26282b, 0x16171a,
  0x8e1216, 0xa81c1c, 0x1b2f5c, 0x2f4f7c, 0x6b5a44, 0x31424a,
];
const taxiPaints = [0x1f8a4a, 0xf0f0ee, 0x27b3b8];
const pane = skin('glass', 0x46515a);
const black = skin('satin', 0x0d0d0e);
const trim = skin('matte', 0x111112);
const chrome = skin('metal', 0xcfd1d3);
const plate = skin('matte', 0xf1f1ef);

export const car: Maker = (chance, body) => {
  const shape = carShapes[body as CarBody];
  const taxi = body !== 'pickup' && body !== 'van' && chance.chance(0.16);
  const paint = skin('paint', taxi ? chance.pick(taxiPaints) : chance.pick(paints));
  const solid = new Solid();
  addShell(solid, shape, paint);
  addNose(solid, shape);
  addTail(solid, shape);
  addSides(solid, shape, paint);
  if (body === 'pickup') solid.box([-1.77, 1.125, 0], [1.5, 0.03, 1.52], skin('matte', 0x101010));
  if (body === 'suv') addRoofRails(solid);
  if (taxi) addTaxiSign(solid, shape, chance);
  const root = solid.build();
  const axles = shape.axles.map((x) => axleOf(axleSpec(shape, x)));
  addAxles(root, axles);
  const lamps = lampsOf(carLamps(shape));
  root.add(lamps.group);
  return { root, lamps, axles };
};

function axleSpec(shape: CarShape, x: number) {
  return { x, outside: curve(shape.waist)(x) + 0.006, radius: shape.wheelRadius, tyreWidth: 0.22 };
}

function addShell(solid: Solid, shape: CarShape, paint: Skin): void {
  const within = (range: readonly [number, number] | undefined, x: number) =>
    range !== undefined && x > range[0] && x < range[1];
  solid.loft(
    sectionsOf(shape),
    (x, strip) => {
      if (strip === -1) return paint;
      if (strip < 2) return trim;
      if (strip < 5) return paint;
      if (strip === 5) {
        const pillar = shape.pillars.some((at) => Math.abs(x - at) < 0.05);
        return within(shape.sideGlass, x) && !pillar ? pane : paint;
      }
      return within(shape.windscreen, x) || within(shape.rearWindow, x) ? pane : paint;
    },
    0.45,
  );
  for (const x of shape.axles) wheelWells(solid, axleSpec(shape, x));
}

/** Cuts close enough together for a smooth skin, with one at every place where the lines have a knot. */
function sectionsOf(shape: CarShape): Section[] {
  const sill = curve(shape.sill);
  const belt = curve(shape.belt);
  const roof = curve(shape.roof);
  const waist = curve(shape.waist);
  const roofWidth = curve(shape.roofWidth);
  return stationsOf(shape).map((x) => {
    const [low, mid, top, wide, narrow] = [sill(x), belt(x), roof(x), waist(x), roofWidth(x)];
    const shoulder = wide * 0.965;
    const cabin = top - mid;
    return {
      x,
      outline: [
        [0, low],
        [wide * 0.87, low],
        [wide * 0.965, low + 0.07],
        [wide, low + (mid - low) * 0.52],
        [wide * 0.992, mid - (mid - low) * 0.15],
        [shoulder, mid],
        [narrow + (shoulder - narrow) * 0.13, top - cabin * 0.13],
        [narrow * 0.88, top - 0.015],
        [narrow * 0.46, top + 0.01],
        [0, top + 0.018],
      ],
    };
  });
}

function stationsOf(shape: CarShape): number[] {
  const from = shape.roof[0]![0];
  const to = shape.roof.at(-1)![0];
  const even = Array.from({ length: 29 }, (_, i) => from + ((to - from) * i) / 28);
  const edges = [...shape.sideGlass, ...shape.windscreen, ...(shape.rearWindow ?? [])];
  const pillars = shape.pillars.flatMap((x) => [x - 0.05, x + 0.05]);
  const all = [...even, ...edges, ...pillars, ...shape.roof.map(([x]) => x)].sort((a, b) => a - b);
  return all.filter((x, i) => i === 0 || x - all[i - 1]! > 0.012);
}

function addNose(solid: Solid, { headlamp: [x, height, spread] }: CarShape): void {
  solid.box([x + 0.07, height - 0.06, 0], [0.08, 0.15, spread * 1.25], black, { round: 0.02 });
  solid.box([x + 0.1, height + 0.0, 0], [0.04, 0.025, spread * 1.2], chrome);
  solid.box([x + 0.1, height - 0.3, 0], [0.06, 0.13, spread * 1.7], trim, { round: 0.02 });
  solid.box([x + 0.14, height - 0.2, 0], [0.02, 0.11, 0.46], plate);
  for (const side of [1, -1]) {
    solid.box([x - 0.01, height, side * spread], [0.17, 0.17, 0.34], black, { round: 0.05 });
    solid.box([x + 0.05, height - 0.3, side * spread * 0.95], [0.07, 0.08, 0.16], trim, { round: 0.02 });
  }
}

function addTail(solid: Solid, { tailLamp: [x, height, spread, tall], tailPane }: CarShape): void {
  solid.box([x - 0.05, height - 0.18, 0], [0.02, 0.15, 0.44], plate);
  solid.box([x - 0.045, 0.42, 0], [0.08, 0.2, spread * 2.15], trim, { round: 0.03 });
  solid.box([x - 0.06, height - 0.06, 0], [0.03, 0.035, spread * 1.15], chrome);
  solid.box([x - 0.045, height + tall / 2 + 0.03, 0], [0.03, 0.018, spread * 1.7], trim);
  for (const side of [1, -1]) {
    solid.box([x + 0.03, height, side * spread], [0.15, tall + 0.04, 0.34], black, { round: 0.04 });
    solid.box([x - 0.08, 0.45, side * spread * 0.85], [0.03, 0.05, 0.16], skin('satin', 0x8e0d0a));
  }
  if (!tailPane) return;
  const [at, middle, high, half, slope] = tailPane;
  solid.box([at - 0.03, middle, 0], [0.06, high, half * 2], pane, { round: 0.04, pitch: slope });
}

function addSides(solid: Solid, shape: CarShape, paint: Skin): void {
  const belt = curve(shape.belt);
  const waist = curve(shape.waist);
  const [from, to] = shape.sideGlass;
  const [mirrorX, mirrorY] = shape.mirror;
  for (const side of [1, -1]) {
    const out = (x: number, more: number) => side * (waist(x) + more);
    for (const x of shape.doors) {
      solid.box([x, (belt(x) + 0.38) / 2, out(x, -0.002)], [0.018, belt(x) - 0.42, 0.014], trim);
    }
    for (const x of shape.doors.slice(0, -1)) {
      solid.box([x + 0.18, belt(x) - 0.1, out(x, 0.004)], [0.2, 0.03, 0.03], chrome);
    }
    const middle = (from + to) / 2;
    solid.box([middle, belt(middle) + 0.012, out(middle, -0.024)], [to - from, 0.028, 0.022], black);
    solid.box([0.05, 0.31, out(0, -0.02)], [shape.axles[1] - shape.axles[0] - 0.75, 0.1, 0.04], trim);
    solid.box([mirrorX, mirrorY, out(mirrorX, 0.08)], [0.12, 0.13, 0.19], paint, { round: 0.04 });
  }
  const wiper = shape.windscreen[1];
  solid.box([wiper - 0.02, belt(wiper) + 0.07, 0], [0.12, 0.03, 1.2], trim);
  for (const z of [0.12, -0.42]) {
    solid.limb(
      [wiper - 0.06, belt(wiper) + 0.1, z],
      [wiper - 0.3, belt(wiper) + 0.28, z + 0.38],
      [0.011, 0.011],
      trim,
    );
  }
}

function addRoofRails(solid: Solid): void {
  for (const side of [1, -1]) solid.box([-0.6, 1.8, side * 0.62], [1.9, 0.04, 0.05], black);
}

function addTaxiSign(solid: Solid, shape: CarShape, chance: Seeded): void {
  const height = curve(shape.roof)(-0.1);
  solid.box([-0.1, height + 0.09, 0], [0.22, 0.14, 0.6], skin('satin', 0xf5d21e), { round: 0.03 });
  const stripe: Colour = chance.pick([0xe8e8e4, 0xd8202a, 0x1f8a4a]);
  for (const side of [1, -1]) {
    solid.box(
      [-0.2, 0.6, side * (curve(shape.waist)(-0.2) + 0.002)],
      [1.9, 0.16, 0.012],
      skin('satin', stripe),
    );
  }
}

function carLamps({ headlamp, tailLamp }: CarShape): Lamp[] {
  const [fx, fy, fz] = headlamp;
  const [rx, ry, rz, tall] = tailLamp;
  return [1, -1].flatMap((side): Lamp[] => {
    const turn = side > 0 ? 'right' : 'left';
    return [
      { role: 'front', at: [fx + 0.02, fy, side * fz], size: [0.22, 0.15, 0.33] },
      { role: 'rear', at: [rx, ry, side * rz], size: [0.18, tall, 0.33] },
      { role: turn, at: [fx + 0.01, fy - 0.03, side * (fz + 0.17)], size: [0.16, 0.11, 0.1] },
      { role: turn, at: [rx + 0.02, ry - tall * 0.35, side * (rz + 0.1)], size: [0.17, 0.09, 0.18] },
    ];
  });
}
