import * as THREE from 'three';
import type { Seeded } from '../seeded.ts';

/** The limestone towers of Hạ Long, far behind everything else. `bearing` radians from east, counter-clockwise. */
export function karst(chance: Seeded, bearing: number, distance: number, height: number): THREE.Mesh {
  const radius = height * chance.between(0.45, 0.8);
  const geometry = new THREE.SphereGeometry(1, 28, 18, 0, Math.PI * 2, 0, Math.PI / 2);
  const position = geometry.getAttribute('position');
  const colours = new Float32Array(position.count * 3);
  const [a, b, c] = [chance.unit() * 9, chance.unit() * 9, chance.unit() * 9];
  for (let i = 0; i < position.count; i++) {
    const [x, y, z] = [position.getX(i), position.getY(i), position.getZ(i)];
    const bump = 1 + 0.16 * Math.sin(x * 7 + a) * Math.cos(z * 6 + b) + 0.1 * Math.sin(y * 13 + x * 9 + c);
    position.setXYZ(i, x * bump * radius, Math.sqrt(y) * bump * height, z * bump * radius);
    const rock = Math.max(0, Math.sin(x * 11 + y * 17 + z * 13 + a)) * 0.35;
    colours.set([0.18 + rock * 0.7, 0.27 + rock * 0.5, 0.16 + rock * 0.65], i * 3);
  }
  geometry.setAttribute('color', new THREE.BufferAttribute(colours, 3));
  geometry.computeVertexNormals();
  const mesh = new THREE.Mesh(geometry, new THREE.MeshStandardMaterial({ vertexColors: true, roughness: 1 }));
  mesh.position.set(Math.cos(bearing) * distance, -1, -Math.sin(bearing) * distance);
  return mesh;
}

/** Blocks of the town behind the first row of houses. */
export function farBlock(chance: Seeded, x: number, y: number): THREE.Mesh {
  const tall = chance.between(14, 42);
  const shade = chance.between(0.5, 0.78);
  const colour = new THREE.Color(shade, shade * chance.between(0.94, 1), shade * chance.between(0.86, 1));
  const size = [chance.between(12, 24), tall, chance.between(12, 20)] as const;
  const mesh = new THREE.Mesh(
    new THREE.BoxGeometry(...size),
    new THREE.MeshStandardMaterial({ color: colour, roughness: 0.9 }),
  );
  mesh.position.set(x, tall / 2, -y);
  const band = new THREE.MeshStandardMaterial({ color: 0x4a565e, roughness: 0.4 });
  for (let y0 = 3.2; y0 < tall - 1; y0 += 3.3) {
    const row = new THREE.Mesh(new THREE.BoxGeometry(size[0] * 1.005, 1.4, size[2] * 1.005), band);
    row.position.y = y0 - tall / 2;
    mesh.add(row);
  }
  return mesh;
}
