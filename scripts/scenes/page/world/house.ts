import * as THREE from 'three';
import type { Seeded } from '../seeded.ts';
import { type Pen, painted } from './canvas.ts';

/** A house front faces +z before it is turned; `width` along x, metres. */
export interface HouseSpec {
  readonly width: number;
  readonly depth: number;
  readonly floors: number;
  readonly shop: boolean;
}

const storey = 3.3;
const walls = [
  '#d8c9a0',
  '#cfd3cf',
  '#d2bd98',
  '#b9c7c9',
  '#ddd6c6',
  '#b0bba2',
  '#d5b29a',
  '#e4decd',
  '#a9b2b8',
  '#e2d39a',
  '#c4d2c0',
];
const signs = ['#c22a20', '#1d4fa0', '#e0b020', '#1f7a42', '#d86a1c', '#f0f0ec', '#6a2a7a', '#0f8a9a'];
const shopNames = [
  'PHỞ BÒ',
  'CÀ PHÊ',
  'SỬA XE',
  'TẠP HÓA',
  'NHÀ NGHỈ',
  'VÀNG BẠC',
  'HẢI SẢN',
  'BÚN CHẢ',
  'ĐIỆN MÁY',
  'THỜI TRANG',
  'NHÀ THUỐC',
  'BÁNH MÌ',
  'KARAOKE',
  'GIẶT LÀ',
  'CẮT TÓC',
  'VĂN PHÒNG PHẨM',
  'HẠ LONG',
  'BIA HƠI',
];

/** A narrow Vietnamese town house: shop below, balconies above, tanks and boxes wherever there is room. */
export function house(spec: HouseSpec, chance: Seeded, night: boolean): THREE.Group {
  const { width, depth, floors } = spec;
  const height = floors * storey + 0.9;
  const wall = chance.pick(walls);
  const { front, glow } = frontTextures(spec, wall, chance);
  const face = new THREE.MeshStandardMaterial({ map: front, roughness: 0.9 });
  if (night)
    Object.assign(face, { emissive: new THREE.Color(0xffffff), emissiveMap: glow, emissiveIntensity: 0.55 });
  const sides = new THREE.MeshStandardMaterial({ map: sideTexture(wall, chance), roughness: 0.95 });
  const body = new THREE.Mesh(new THREE.BoxGeometry(width, height, depth), [
    sides,
    sides,
    sides,
    sides,
    face,
    sides,
  ]);
  body.position.y = height / 2;
  body.castShadow = body.receiveShadow = true;
  const group = new THREE.Group();
  group.add(body);
  addBalconies(group, spec, wall, chance);
  addFrontage(group, spec, chance, night);
  addRoof(group, spec, height, chance);
  return group;
}

function block(
  group: THREE.Group,
  at: readonly [number, number, number],
  size: readonly [number, number, number],
  colour: THREE.ColorRepresentation,
  more: THREE.MeshStandardMaterialParameters = {},
): THREE.Mesh {
  const mesh = new THREE.Mesh(
    new THREE.BoxGeometry(...size),
    new THREE.MeshStandardMaterial({ color: colour, roughness: 0.88, ...more }),
  );
  mesh.position.set(...at);
  mesh.castShadow = mesh.receiveShadow = true;
  group.add(mesh);
  return mesh;
}

function addBalconies(
  group: THREE.Group,
  { width, depth, floors }: HouseSpec,
  wall: string,
  chance: Seeded,
): void {
  const reach = chance.between(0.7, 1.1);
  const solid = chance.chance(0.4);
  for (let floor = 1; floor < floors; floor++) {
    if (chance.chance(0.18)) continue;
    const y = floor * storey;
    block(group, [0, y, depth / 2 + reach / 2], [width * 0.97, 0.14, reach], wall);
    if (solid) block(group, [0, y + 0.5, depth / 2 + reach], [width * 0.97, 0.85, 0.08], wall);
    else {
      block(group, [0, y + 0.95, depth / 2 + reach], [width * 0.97, 0.05, 0.05], 0x3a3a3a);
      for (let x = -width / 2 + 0.15; x < width / 2; x += 0.16)
        block(group, [x, y + 0.5, depth / 2 + reach], [0.025, 0.9, 0.025], 0x3a3a3a);
    }
    for (let pot = 0; pot < 3; pot++) {
      if (chance.chance(0.5)) continue;
      const green = new THREE.Mesh(
        new THREE.IcosahedronGeometry(chance.between(0.2, 0.42), 1),
        new THREE.MeshStandardMaterial({ color: 0x4a6a34, roughness: 0.9 }),
      );
      green.position.set(chance.between(-width / 2.3, width / 2.3), y + 0.75, depth / 2 + reach - 0.25);
      group.add(green);
    }
    if (chance.chance(0.5))
      block(
        group,
        [chance.between(-width / 3, width / 3), y + 2.6, depth / 2 + 0.2],
        [0.8, 0.55, 0.34],
        0xdcdcd8,
      );
  }
}

/** Sign board, awning or shutter box over the pavement. */
function addFrontage(
  group: THREE.Group,
  { width, depth, shop }: HouseSpec,
  chance: Seeded,
  night: boolean,
): void {
  if (!shop) {
    block(group, [0, 1.15, depth / 2 + 1.6], [width, 2.1, 0.12], 0xb8b0a0);
    return;
  }
  const colour = chance.pick(signs);
  const board = painted(512, 128, (pen) => signBoard(pen, colour, chance));
  const sign = block(group, [0, 3.25, depth / 2 + 0.3], [width * 0.96, 0.95, 0.18], 0xffffff, { map: board });
  if (night)
    Object.assign(sign.material, {
      emissive: new THREE.Color(0xffffff),
      emissiveMap: board,
      emissiveIntensity: 0.85,
    });
  const awning = block(
    group,
    [0, 2.72, depth / 2 + 1.1],
    [width * 0.96, 0.06, 1.9],
    chance.pick([0x9c2a22, 0x2a5a9c, 0x3a6a44, 0xb8b4a8, 0x88603a, 0x5a7a8a]),
  );
  awning.rotation.x = 0.2;
  for (let i = 0; i < 4; i++) {
    if (chance.chance(0.4)) continue;
    const size = chance.between(0.4, 0.9);
    block(
      group,
      [chance.between(-width / 2.4, width / 2.4), size / 2 + 0.18, depth / 2 + chance.between(0.4, 1.3)],
      [size, size, 0.5],
      new THREE.Color().setHSL(chance.unit(), 0.3, 0.4),
    );
  }
}

function signBoard(pen: Pen, colour: string, chance: Seeded): void {
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 512, 128);
  const dark = colour === '#f0f0ec' || colour === '#e0b020';
  pen.fillStyle = dark ? '#a01818' : '#ffffff';
  pen.font = 'bold 74px sans-serif';
  pen.textAlign = 'center';
  pen.fillText(chance.pick(shopNames), 256, 82, 480);
  pen.font = '24px sans-serif';
  pen.fillText(`ĐT: 0203.3${chance.below(900000) + 100000}`, 256, 118);
}

function addRoof(group: THREE.Group, { width, depth }: HouseSpec, height: number, chance: Seeded): void {
  if (chance.chance(0.6)) {
    const tank = new THREE.Mesh(
      new THREE.CylinderGeometry(0.55, 0.55, 1.5, 14).rotateZ(Math.PI / 2),
      new THREE.MeshStandardMaterial({ color: 0xc8ccd0, metalness: 0.8, roughness: 0.3 }),
    );
    tank.position.set(chance.between(-width / 4, width / 4), height + 1.3, depth / 4);
    tank.castShadow = true;
    group.add(tank);
  }
  if (chance.chance(0.5))
    block(
      group,
      [0, height + 1.1, 0],
      [width, 0.1, depth * 0.7],
      chance.pick([0xa84a32, 0x7a8a92, 0x3a6a9a]),
    );
}

function frontTextures({ floors, shop }: HouseSpec, wall: string, chance: Seeded) {
  const [width, height] = [256, 640];
  const glow = document.createElement('canvas');
  glow.width = width;
  glow.height = height;
  const light = glow.getContext('2d')!;
  light.fillStyle = '#000';
  light.fillRect(0, 0, width, height);
  const perFloor = height / (floors + 0.27);
  const front = painted(width, height, (pen) => {
    pen.fillStyle = wall;
    pen.fillRect(0, 0, width, height);
    stains(pen, chance, width, height);
    for (let floor = 1; floor < floors; floor++) {
      windows(pen, light, chance, height - (floor + 1) * perFloor, perFloor, width);
    }
    if (shop) shopFront(pen, light, chance, height - perFloor, perFloor, width);
    else windows(pen, light, chance, height - perFloor, perFloor, width);
  });
  const glowTexture = new THREE.CanvasTexture(glow);
  glowTexture.colorSpace = THREE.SRGBColorSpace;
  return { front, glow: glowTexture };
}

function stains(pen: Pen, chance: Seeded, width: number, height: number): void {
  for (let i = 0; i < 160; i++) {
    pen.fillStyle = `rgba(50,44,38,${chance.unit() * 0.05})`;
    pen.fillRect(
      chance.unit() * width,
      chance.unit() * height,
      chance.between(3, 40),
      chance.between(10, 130),
    );
  }
}

function windows(pen: Pen, light: Pen, chance: Seeded, top: number, tall: number, width: number): void {
  const count = 1 + chance.below(3);
  const wide = width / count;
  const frame = chance.pick(['#f2f0ea', '#6a4a30', '#3a4a52', '#e0dccf']);
  for (let i = 0; i < count; i++) {
    const [x, y, w, h] = [i * wide + wide * 0.17, top + tall * 0.2, wide * 0.66, tall * 0.7];
    pen.fillStyle = frame;
    pen.fillRect(x - 4, y - 4, w + 8, h + 8);
    pen.fillStyle = chance.pick(['#26323a', '#3a4a50', '#1e262a', '#4d5e66']);
    pen.fillRect(x, y, w, h);
    pen.fillStyle = 'rgba(200,220,235,0.22)';
    pen.fillRect(x, y, w * 0.45, h * 0.6);
    pen.fillStyle = frame;
    pen.fillRect(x + w / 2 - 2, y, 4, h);
    pen.fillRect(x, y + h * 0.28, w, 3);
    if (chance.chance(0.4)) {
      light.fillStyle = chance.pick(['#c89848', '#d8b878', '#8898a8', '#a87838']);
      light.fillRect(x, y, w, h);
    }
  }
}

function shopFront(pen: Pen, light: Pen, chance: Seeded, top: number, tall: number, width: number): void {
  const closed = chance.chance(0.22);
  pen.fillStyle = closed ? chance.pick(['#8a9298', '#5a6a7a', '#7a6a5a']) : '#2a2622';
  pen.fillRect(8, top + tall * 0.2, width - 16, tall * 0.8);
  if (closed) {
    pen.fillStyle = 'rgba(0,0,0,0.25)';
    for (let y = top + tall * 0.2; y < top + tall; y += 7) pen.fillRect(8, y, width - 16, 2);
    return;
  }
  light.fillStyle = '#e8c890';
  light.fillRect(12, top + tall * 0.24, width - 24, tall * 0.7);
  for (let i = 0; i < 46; i++) {
    const [x, y, w, h] = [
      chance.between(12, width - 34),
      top + tall * chance.between(0.3, 0.9),
      chance.between(6, 26),
      chance.between(6, 26),
    ];
    const colour = `hsl(${chance.below(360)},${chance.between(10, 45)}%,${chance.between(22, 62)}%)`;
    pen.fillStyle = colour;
    pen.globalAlpha = 0.75;
    pen.fillRect(x, y, w, h);
    light.globalAlpha = 0.6;
    light.fillStyle = colour;
    light.fillRect(x, y, w, h);
  }
  pen.globalAlpha = light.globalAlpha = 1;
}

function sideTexture(wall: string, chance: Seeded): THREE.CanvasTexture {
  return painted(128, 256, (pen) => {
    pen.fillStyle = wall;
    pen.fillRect(0, 0, 128, 256);
    stains(pen, chance, 128, 256);
    stains(pen, chance, 128, 256);
  });
}
