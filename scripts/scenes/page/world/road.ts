import * as THREE from 'three';
import { halfWidth, junction } from '../../traffic/motion.ts';
import type { Seeded } from '../seeded.ts';
import { type Pen, painted } from './canvas.ts';
import { patch, slab } from './ground.ts';

const mainHalf = halfWidth(junction, 'main');
const crossHalf = halfWidth(junction, 'cross');
const { cornerRadius } = junction;
const pavementWidth = 60;

/** Asphalt from edge to edge and the four raised corners with their kerbs. */
export function addRoad(world: THREE.Group, chance: Seeded, wet: boolean): void {
  const asphalt = new THREE.MeshStandardMaterial({
    map: asphaltTexture(chance),
    roughness: wet ? 0.3 : 0.93,
    color: wet ? 0x84868a : 0xffffff,
    envMapIntensity: wet ? 0.75 : 1,
  });
  asphalt.map!.repeat.set(26, 26);
  world.add(patch({ west: -210, east: 210, south: -210, north: 210 }, 0, asphalt));
  addWear(world, chance);
  const tiles = new THREE.MeshStandardMaterial({
    map: pavementTexture(chance),
    roughness: wet ? 0.5 : 0.9,
    color: wet ? 0x9a9a9c : 0xffffff,
  });
  tiles.map!.repeat.set(1 / 2.4, 1 / 2.4);
  const kerb = new THREE.MeshStandardMaterial({ color: wet ? 0x8d8b86 : 0xb9b6ae, roughness: 0.85 });
  for (const east of [1, -1]) {
    for (const north of [1, -1]) {
      world.add(
        slab(corner(east, north, 0), 0, 0.17, kerb),
        slab(corner(east, north, 0.28), 0.1, 0.18, tiles),
      );
    }
  }
}

/** One corner of the pavement, `inset` metres back from its kerb line. */
function corner(east: number, north: number, inset: number): THREE.Shape {
  const x = mainHalf + inset;
  const y = crossHalf + inset;
  const radius = cornerRadius - inset;
  const shape = new THREE.Shape();
  const at = (px: number, py: number) => [px * east, py * north] as const;
  shape.moveTo(...at(x, 190));
  shape.lineTo(...at(x, y + radius));
  shape.quadraticCurveTo(...at(x, y), ...at(x + radius, y));
  shape.lineTo(...at(190, y));
  shape.lineTo(...at(190, y + pavementWidth));
  shape.lineTo(...at(x + pavementWidth, y + pavementWidth));
  shape.lineTo(...at(x + pavementWidth, 190));
  return shape;
}

/** Tracks that tyres have polished, oil where vehicles wait, patches of repair: no two stretches look alike. */
function addWear(world: THREE.Group, chance: Seeded): void {
  const dark = (opacity: number) =>
    new THREE.MeshStandardMaterial({
      color: 0x262524,
      roughness: 0.9,
      transparent: true,
      opacity,
      depthWrite: false,
      polygonOffset: true,
      polygonOffsetFactor: -1,
    });
  const track = dark(0.1);
  const oil = dark(0.16);
  const repair = dark(0.24);
  const lane = junction.laneWidth;
  for (const side of [1, -1]) {
    for (let i = 0; i < junction.lanesPerDirection.main; i++) {
      const middle = side * (i + 0.5) * lane;
      for (const off of [-0.75, 0.75]) {
        world.add(
          patch(
            { west: middle + off - 0.24, east: middle + off + 0.24, south: -160, north: 160 },
            0.004,
            track,
          ),
        );
      }
      world.add(
        patch(
          { west: middle - 0.4, east: middle + 0.4, south: side < 0 ? 13 : -45, north: side < 0 ? 45 : -13 },
          0.005,
          oil,
        ),
      );
    }
  }
  for (let i = 0; i < 22; i++) {
    const west = chance.between(-8, 6);
    const south = chance.between(-70, 70);
    const [wide, long] = [chance.between(0.8, 2.6), chance.between(0.8, 6)];
    world.add(patch({ west, east: west + wide, south, north: south + long }, 0.006, repair));
  }
  addManholes(world, chance);
}

function addManholes(world: THREE.Group, chance: Seeded): void {
  const iron = new THREE.MeshStandardMaterial({
    color: 0x3a3836,
    roughness: 0.6,
    polygonOffset: true,
    polygonOffsetFactor: -2,
  });
  for (let i = 0; i < 12; i++) {
    const lid = new THREE.Mesh(new THREE.CircleGeometry(0.38, 20).rotateX(-Math.PI / 2), iron);
    lid.position.set(chance.between(-7, 7), 0.008, chance.between(-60, 60));
    world.add(lid);
  }
}

function asphaltTexture(chance: Seeded): THREE.CanvasTexture {
  const size = 1024;
  return painted(size, size, (pen) => {
    pen.fillStyle = '#7b7a78';
    pen.fillRect(0, 0, size, size);
    for (let i = 0; i < 70; i++) stain(pen, chance, size);
    grain(pen, chance, size, 34);
    pen.strokeStyle = 'rgba(42,40,38,0.32)';
    for (let i = 0; i < 12; i++) crack(pen, chance, size);
  });
}

function stain(pen: Pen, chance: Seeded, size: number): void {
  const radius = chance.between(40, 220);
  const [x, y] = [chance.unit() * size, chance.unit() * size];
  const fade = pen.createRadialGradient(x, y, 0, x, y, radius);
  fade.addColorStop(0, chance.chance(0.5) ? 'rgba(60,58,56,0.10)' : 'rgba(172,170,162,0.10)');
  fade.addColorStop(1, 'rgba(0,0,0,0)');
  pen.fillStyle = fade;
  pen.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

/** Stones of many greys: a plain surface would be the first thing to look drawn. */
function grain(pen: Pen, chance: Seeded, size: number, strength: number): void {
  const picture = pen.getImageData(0, 0, size, size);
  for (let i = 0; i < picture.data.length; i += 4) {
    const change = (chance.unit() - 0.5) * strength;
    for (let channel = 0; channel < 3; channel++) picture.data[i + channel]! += change;
  }
  pen.putImageData(picture, 0, 0);
}

function crack(pen: Pen, chance: Seeded, size: number): void {
  pen.lineWidth = chance.between(1, 2.6);
  pen.beginPath();
  let [x, y] = [chance.unit() * size, chance.unit() * size];
  pen.moveTo(x, y);
  for (let i = 0; i < 12; i++) {
    x += chance.between(-30, 30);
    y += chance.between(-30, 30);
    pen.lineTo(x, y);
  }
  pen.stroke();
}

function pavementTexture(chance: Seeded): THREE.CanvasTexture {
  return painted(256, 256, (pen) => {
    pen.fillStyle = '#9a938a';
    pen.fillRect(0, 0, 256, 256);
    const red = chance.chance(0.5);
    for (let row = 0; row < 8; row++) {
      for (let column = 0; column < 8; column++) {
        const shade = chance.between(-16, 16);
        const warm = red && (row + column) % 2 === 0 ? 22 : 0;
        pen.fillStyle = `rgb(${158 + shade + warm},${149 + shade - warm / 3},${139 + shade - warm / 2})`;
        pen.fillRect(column * 32 + 1, row * 32 + 1, 30, 30);
      }
    }
  });
}
