import type { Seeded } from '../seeded.ts';
import type { Colour } from '../solid/solid.ts';

export interface Clothes {
  readonly top: Colour;
  readonly trousers: Colour;
  readonly skin: Colour;
  readonly shoes: Colour;
  readonly helmet: Colour;
  readonly mask: Colour | undefined;
  readonly longSleeves: boolean;
  readonly poncho: Colour | undefined;
  readonly bag: Colour | undefined;
}

const tops = [
  0x27406e, 0x8e1b1b, 0xd8d8d4, 0x22252a, 0x5b6068, 0x2d6a4f, 0xc95c1f, 0xc23b6e, 0x3d7fa8, 0xd8c26a,
  0x7a6aa0, 0x9aa3a8, 0xe4e2dc, 0xa8c4d8, 0xd4a0b0, 0x3b3b40,
];
const trousers = [0x1b2236, 0x18191c, 0x2a3550, 0x4a4038, 0x303438, 0x6b6a66];
const skins = [0xb98a66, 0xa8785a, 0xc99a78];
const helmets = [0xf0f0f0, 0x14161a, 0xa01818, 0x1f3f86, 0x5a5d62, 0xd8b02a, 0xe0709a, 0x2b6b4a, 0xdadada];
const masks = [0xd8e4ee, 0x26364e, 0x1a1a1a, 0xd8b8c4];
const ponchos = [0x3f74b8, 0x7e4aa0, 0xc9b93a, 0x3a8a78, 0xb8444e, 0x8fa8bc];
const bags = [0x20242c, 0x5a2020, 0x2a4a70, 0x707070];

export function dress(chance: Seeded, rain: boolean): Clothes {
  return {
    top: chance.pick(tops),
    trousers: chance.pick(trousers),
    skin: chance.pick(skins),
    shoes: chance.chance(0.5) ? 0x1a1a1a : 0xcfcfcf,
    helmet: chance.pick(helmets),
    mask: chance.chance(0.55) ? chance.pick(masks) : undefined,
    longSleeves: rain || chance.chance(0.65),
    poncho: chance.chance(0.25) && rain ? chance.pick(ponchos) : undefined,
    bag: chance.chance(0.22) ? chance.pick(bags) : undefined,
  };
}
