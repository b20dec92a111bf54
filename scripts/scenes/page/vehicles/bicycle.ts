import { dress } from '../people/clothes.ts';
import { addTrunk, legOf } from '../people/rider.ts';
import { Solid, skin, type Vec } from '../solid/solid.ts';
import type { Maker } from './model.ts';

const rubber = skin('matte', 0x1a1a1a);
const rim = skin('metal', 0x9a9da0);

export const bicycle: Maker = (chance, _body, weather) => {
  const frame = skin('paint', chance.pick([0x1f3f86, 0x8e1216, 0x2b6b4a, 0x3a3d42, 0x6a8aa8]));
  const solid = new Solid();
  for (const x of [0.52, -0.52]) {
    solid.ring([x, 0.34, 0], 0.32, 0.022, rubber);
    solid.ring([x, 0.34, 0], 0.295, 0.012, rim);
    solid.drum([x, 0.34, 0], 0.03, 0.1, rim, 8);
  }
  const joints: Record<string, Vec> = {
    crank: [-0.05, 0.32, 0],
    seat: [-0.22, 0.84, 0],
    head: [0.38, 0.82, 0],
    front: [0.52, 0.34, 0],
    rear: [-0.52, 0.34, 0],
  };
  const bars = [
    ['crank', 'seat'],
    ['crank', 'head'],
    ['seat', 'rear'],
    ['crank', 'rear'],
    ['head', 'front'],
  ] as const;
  for (const [from, to] of bars) solid.limb(joints[from]!, joints[to]!, [0.024, 0.024], frame);
  solid.limb([0.36, 0.98, -0.27], [0.36, 0.98, 0.27], [0.016, 0.016], rubber);
  solid.limb([0.38, 0.82, 0], [0.36, 0.98, 0], [0.018, 0.018], rim);
  solid.box([-0.24, 0.9, 0], [0.24, 0.06, 0.16], rubber, { round: 0.03 });
  solid.box([0.55, 0.92, 0], [0.26, 0.2, 0.3], skin('metal', 0x7a7d80), { round: 0.02 });
  const clothes = dress(chance, weather.rain);
  const hip: Vec = [-0.22, 0.98, 0];
  addTrunk(solid, clothes, { hip, driver: true, stoop: 0.35, grip: [0.36, 1.0, 0.26], foot: [0, 0.3, 0.1] });
  const root = solid.build();
  const legs = [1, -1].map((side) =>
    legOf(
      clothes,
      [hip[0], 0.96, side * 0.1],
      [0.12, 0.62 + side * 0.06, side * 0.12],
      [-0.02, 0.3 + side * 0.1, side * 0.11],
    ),
  );
  root.add(...legs);
  return { root, lamps: undefined, axles: [] };
};
