import { type Section, Solid, skin } from '../solid/solid.ts';
import { type Lamp, lampsOf } from './lamps.ts';
import type { Maker } from './model.ts';
import { addAxles, axleOf, wheelWells } from './wheels.ts';

interface BusShape {
  readonly length: number;
  readonly halfWidth: number;
  readonly height: number;
  readonly floor: number;
  readonly wheel: number;
}

const shapes: Readonly<Record<'bus' | 'minibus', BusShape>> = {
  bus: { length: 10.6, halfWidth: 1.23, height: 3.05, floor: 0.34, wheel: 0.48 },
  minibus: { length: 7.0, halfWidth: 1.02, height: 2.65, floor: 0.32, wheel: 0.39 },
};
const liveries = [
  [0xe9e9e6, 0xc22a20],
  [0xc22a20, 0xe8c020],
  [0x2f8a4a, 0xe8e8e0],
  [0xe8b820, 0xc22a20],
  [0x3a6fb0, 0xe8e8e8],
  [0xf0f0ee, 0x2a5a9c],
] as const;
const pane = skin('glass', 0x46515a);
const black = skin('satin', 0x0c0c0d);

export const bus: Maker = (chance, body) => {
  const shape = shapes[body as 'bus' | 'minibus'];
  const [main, second] = chance.pick(liveries);
  const paint = skin('paint', main);
  const stripe = skin('paint', second);
  const solid = new Solid();
  solid.loft(
    hullOf(shape),
    (_x, strip) => (strip === 0 ? skin('matte', 0x111111) : strip === 1 ? stripe : paint),
    0.4,
  );
  addWindows(solid, shape);
  addEnds(solid, shape, body === 'bus');
  for (const side of [1, -1]) {
    solid.box(
      [0, shape.height * 0.41, side * (shape.halfWidth + 0.004)],
      [shape.length - 0.6, 0.1, 0.02],
      stripe,
    );
  }
  solid.box([-0.5, shape.height + 0.09, 0], [2.4, 0.22, shape.halfWidth * 1.4], skin('satin', 0xd8d8d6), {
    round: 0.06,
  });
  const axleSpecs = [shape.length / 2 - 2.1, -shape.length / 2 + shape.length * 0.23].map((x) => ({
    x,
    outside: shape.halfWidth + 0.012,
    radius: shape.wheel,
    tyreWidth: 0.3,
    rim: 0.55,
  }));
  for (const spec of axleSpecs) wheelWells(solid, spec);
  const root = solid.build();
  const axles = axleSpecs.map(axleOf);
  addAxles(root, axles);
  const lamps = lampsOf(busLamps(shape));
  root.add(lamps.group);
  return { root, lamps, axles };
};

function hullOf({ length, halfWidth, height, floor }: BusShape): Section[] {
  const nose = length / 2;
  const cut = (x: number, wide: number, top: number, low: number): Section => ({
    x,
    outline: [
      [0, low],
      [wide, low],
      [wide, low + 0.36],
      [wide, height * 0.43],
      [wide * 0.995, height * 0.8],
      [wide * 0.96, top - 0.14],
      [wide * 0.84, top - 0.03],
      [0, top],
    ],
  });
  const wide = halfWidth;
  return [
    cut(-nose, wide * 0.93, height - 0.1, floor + 0.16),
    cut(-nose + 0.12, wide, height - 0.02, floor + 0.02),
    cut(-nose + 2, wide, height, floor),
    cut(nose - 1, wide, height, floor),
    cut(nose - 0.3, wide * 0.99, height - 0.05, floor),
    cut(nose - 0.06, wide * 0.95, height - 0.22, floor + 0.04),
    cut(nose, wide * 0.9, height - 0.45, floor + 0.11),
  ];
}

function addWindows(solid: Solid, { length, halfWidth, height }: BusShape): void {
  const count = Math.floor((length - 1.4) / 1.3);
  for (let i = 0; i < count; i++) {
    for (const side of [1, -1]) {
      const x = -length / 2 + 1.25 + i * 1.3;
      solid.box([x, height * 0.645, side * halfWidth], [1.22, height * 0.3, 0.05], pane, { round: 0.03 });
    }
  }
  solid.box([length / 2 - 0.75, height * 0.44, halfWidth + 0.012], [0.92, height * 0.62, 0.03], pane, {
    round: 0.02,
  });
}

function addEnds(solid: Solid, { length, halfWidth, height }: BusShape, city: boolean): void {
  const nose = length / 2;
  solid.box([nose, height * 0.6, 0], [0.09, height * 0.42, halfWidth * 1.7], pane, {
    round: 0.06,
    pitch: 0.06,
  });
  solid.box([nose + 0.01, height * 0.885, 0], [0.06, 0.26, halfWidth * 1.35], black, { round: 0.03 });
  if (city)
    solid.box([nose + 0.045, height * 0.885, 0], [0.02, 0.14, halfWidth * 0.9], skin('lit', 0xb9761a));
  solid.box([-nose, height * 0.69, 0], [0.07, height * 0.26, halfWidth * 1.55], pane, { round: 0.05 });
  solid.box([-nose, height * 0.31, 0], [0.06, height * 0.16, halfWidth * 1.3], skin('satin', 0x1c1c1e), {
    round: 0.02,
  });
  solid.box([nose + 0.03, 0.5, 0], [0.06, 0.22, halfWidth * 1.8], skin('satin', 0x2a2a2c), { round: 0.03 });
  solid.box([nose + 0.05, height * 0.33, 0], [0.03, 0.2, halfWidth * 0.9], black, { round: 0.02 });
  solid.box([nose + 0.07, 0.56, 0], [0.02, 0.14, 0.5], skin('matte', 0xf0f0f0));
  solid.box([-nose - 0.04, 0.72, 0], [0.02, 0.14, 0.5], skin('matte', 0xf0f0f0));
  for (const side of [1, -1]) {
    solid.box([nose + 0.1, height * 0.66, side * (halfWidth + 0.15)], [0.16, 0.4, 0.16], black, {
      round: 0.04,
    });
    solid.limb(
      [nose - 0.1, height * 0.8, side * halfWidth],
      [nose + 0.1, height * 0.74, side * (halfWidth + 0.15)],
      [0.02, 0.02],
      black,
    );
  }
}

function busLamps({ length, halfWidth, height }: BusShape): Lamp[] {
  const nose = length / 2;
  return [1, -1].flatMap((side): Lamp[] => {
    const turn = side > 0 ? 'right' : 'left';
    return [
      { role: 'front', at: [nose + 0.03, 0.78, side * halfWidth * 0.75], size: [0.14, 0.22, 0.38] },
      { role: 'rear', at: [-nose, height * 0.36, side * halfWidth * 0.88], size: [0.12, 0.44, 0.18] },
      { role: turn, at: [nose, 0.78, side * halfWidth * 0.93], size: [0.12, 0.16, 0.12] },
      { role: turn, at: [-nose, height * 0.46, side * halfWidth * 0.88], size: [0.12, 0.16, 0.17] },
    ];
  });
}
