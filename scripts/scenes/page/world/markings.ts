import * as THREE from 'three';
import { halfWidth, junction } from '../../traffic/motion.ts';
import type { Seeded } from '../seeded.ts';
import { painted } from './canvas.ts';
import { type Patch, patch } from './ground.ts';

const mainHalf = halfWidth(junction, 'main');
const crossHalf = halfWidth(junction, 'cross');
const lane = junction.laneWidth;
const lineWidth = 0.14;

/** Lines as the Vietnamese standard QCVN 41 draws them: yellow between directions, white between lanes and at the edge. */
export function addMarkings(world: THREE.Group, chance: Seeded, wet: boolean): void {
  const worn = wornTexture(chance);
  const paint = (colour: number) =>
    new THREE.MeshStandardMaterial({
      map: worn,
      color: colour,
      roughness: wet ? 0.35 : 0.82,
      transparent: true,
      opacity: wet ? 0.82 : 0.93,
      depthWrite: false,
      polygonOffset: true,
      polygonOffsetFactor: -2,
      polygonOffsetUnits: -2,
    });
  const white = paint(0xffffff);
  const yellow = paint(0xe0ac38);
  const draw: Draw = (area, material = white) => world.add(patch(area, 0.012, material));
  for (const north of [1, -1]) {
    drawRoad(draw, yellow, north, 'main');
    drawRoad(draw, yellow, north, 'cross');
    addArrows(world, north, wet);
  }
}

type Draw = (area: Patch, material?: THREE.Material) => void;

/** One arm; `side` 1 is the arm to the north (or east), -1 to the south (or west). */
function drawRoad(draw: Draw, yellow: THREE.Material, side: number, road: 'main' | 'cross'): void {
  const along = road === 'main';
  const start = junction.stopLineAt[road];
  const end = junction.reach[road];
  const lanes = junction.lanesPerDirection[road];
  const half = along ? mainHalf : crossHalf;
  // `across` and `way` are metres from the middle of the road and from the junction's centre.
  const line = (
    acrossFrom: number,
    acrossTo: number,
    from: number,
    to: number,
    material?: THREE.Material,
  ) => {
    const [low, high] = side > 0 ? [from, to] : [-to, -from];
    draw(
      along
        ? { west: acrossFrom, east: acrossTo, south: low, north: high }
        : { west: low, east: high, south: acrossFrom, north: acrossTo },
      material,
    );
  };
  for (const off of [-0.16, 0.04]) line(off, off + 0.12, start, end, yellow);
  for (const edge of [1, -1]) {
    const at = edge * lanes * lane;
    line(at - lineWidth / 2, at + lineWidth / 2, start + 2, end);
    for (let i = 1; i < lanes; i++) {
      const between = edge * i * lane;
      line(between - 0.06, between + 0.06, start, start + 16);
      for (let way = start + 19; way < end; way += 6) line(between - 0.06, between + 0.06, way, way + 2.6);
    }
  }
  // Traffic keeps right: towards the junction on the west side of the north arm, on the east side of the south arm.
  const approach = (along ? -side : side) > 0 ? [0.2, half - 0.4] : [-half + 0.4, -0.2];
  line(approach[0]!, approach[1]!, start, start + 0.4);
  const crossing = start - 1 - junction.crossingWidth;
  for (let across = -half + 0.5; across < half - 0.6; across += 1.1)
    line(across, across + 0.5, crossing, crossing + junction.crossingWidth);
}

function addArrows(world: THREE.Group, side: number, wet: boolean): void {
  for (const [i, shape] of (['left', 'right'] as const).entries()) {
    const material = new THREE.MeshStandardMaterial({
      map: arrowTexture(shape),
      roughness: wet ? 0.35 : 0.85,
      transparent: true,
      opacity: 0.85,
      depthWrite: false,
      polygonOffset: true,
      polygonOffsetFactor: -2,
    });
    for (const way of [19, 44]) {
      const middle = -side * (i + 0.5) * lane;
      const arrow = patch(
        { west: middle - 0.7, east: middle + 0.7, south: -2.2, north: 2.2 },
        0.013,
        material,
      );
      arrow.position.z = -side * way;
      // The picture points north; on the north arm traffic drives south.
      if (side > 0) arrow.rotation.y = Math.PI;
      world.add(arrow);
    }
  }
}

/** Straight on, with a branch to the side where this lane may turn. */
function arrowTexture(turn: 'left' | 'right'): THREE.CanvasTexture {
  return painted(128, 384, (pen) => {
    pen.fillStyle = '#e6e4dc';
    pen.fillRect(56, 90, 16, 290);
    triangle(pen, [64, 4], [34, 110], [94, 110]);
    const out = turn === 'left' ? -1 : 1;
    pen.lineWidth = 16;
    pen.strokeStyle = '#e6e4dc';
    pen.beginPath();
    pen.moveTo(64, 300);
    pen.quadraticCurveTo(64, 220, 64 + out * 30, 210);
    pen.stroke();
    triangle(pen, [64 + out * 62, 205], [64 + out * 28, 165], [64 + out * 28, 250]);
  });
}

type Corner = readonly [number, number];

function triangle(pen: CanvasRenderingContext2D, a: Corner, b: Corner, c: Corner): void {
  pen.beginPath();
  pen.moveTo(...a);
  pen.lineTo(...b);
  pen.lineTo(...c);
  pen.fill();
}

function wornTexture(chance: Seeded): THREE.CanvasTexture {
  return painted(128, 512, (pen) => {
    pen.fillStyle = '#e4e2da';
    pen.fillRect(0, 0, 128, 512);
    for (let i = 0; i < 900; i++) {
      pen.fillStyle = `rgba(110,108,104,${chance.unit() * 0.5})`;
      pen.fillRect(chance.unit() * 128, chance.unit() * 512, chance.between(1, 9), chance.between(1, 9));
    }
  });
}
