import * as THREE from 'three';
import type { Seeded } from '../seeded.ts';
import { painted } from './canvas.ts';

export interface Spot {
  readonly x: number;
  readonly y: number;
}

const bark = new THREE.MeshStandardMaterial({ color: 0x55493d, roughness: 0.95 });

/** Trees of the tropical almond kind: a bare trunk and a crown of leaf cards in clumps. */
export class Trees {
  readonly #leaves: THREE.MeshStandardMaterial;
  readonly #fronds: THREE.MeshStandardMaterial;
  readonly #chance: Seeded;

  constructor(chance: Seeded) {
    this.#chance = chance;
    const card = { alphaTest: 0.45, side: THREE.DoubleSide, roughness: 0.78 };
    this.#leaves = new THREE.MeshStandardMaterial({ map: leafTexture(chance), ...card });
    this.#fronds = new THREE.MeshStandardMaterial({ map: frondTexture(chance), ...card });
  }

  broadleaf({ x, y }: Spot, height: number, radius: number): THREE.Group {
    const chance = this.#chance;
    const tree = new THREE.Group();
    tree.add(trunk(height * 0.7, 0.13, 0.24));
    const clumps = Array.from({ length: 9 }, () => ({
      at: new THREE.Vector3(
        chance.between(-0.62, 0.62) * radius,
        height * 0.74 + chance.between(-0.25, 0.4) * radius,
        chance.between(-0.62, 0.62) * radius,
      ),
      radius: chance.between(0.38, 0.62) * radius,
    }));
    const count = 900;
    const crown = new THREE.InstancedMesh(new THREE.PlaneGeometry(0.8, 0.8), this.#leaves, count);
    const card = new THREE.Object3D();
    for (let i = 0; i < count; i++) {
      const clump = chance.pick(clumps);
      const around = chance.unit() * Math.PI * 2;
      const up = chance.between(-1, 1);
      const out = clump.radius * Math.cbrt(chance.between(0.3, 1));
      const flat = Math.sqrt(1 - up * up) * out;
      card.position.set(Math.cos(around) * flat, up * out * 0.7, Math.sin(around) * flat).add(clump.at);
      card.rotation.set(chance.unit() * 6, chance.unit() * 6, chance.unit() * 6);
      card.scale.setScalar(chance.between(0.6, 1.3));
      card.updateMatrix();
      crown.setMatrixAt(i, card.matrix);
      // Leaves inside and below get less sky.
      const light = 0.42 + 0.58 * (up * 0.5 + 0.5) * chance.between(0.7, 1.15);
      crown.setColorAt(i, new THREE.Color(light, light, light * 0.92));
    }
    crown.castShadow = crown.receiveShadow = true;
    tree.add(crown);
    tree.position.set(x, 0, -y);
    return tree;
  }

  palm({ x, y }: Spot, height: number): THREE.Group {
    const chance = this.#chance;
    const palm = new THREE.Group();
    palm.add(trunk(height, 0.12, 0.2));
    for (let i = 0; i < 17; i++) {
      const frond = new THREE.PlaneGeometry(2.9, 0.95, 8, 1);
      const position = frond.getAttribute('position');
      for (let k = 0; k < position.count; k++) {
        const out = position.getX(k) + 1.45;
        position.setX(k, out);
        position.setZ(k, -0.11 * out * out);
      }
      const mesh = new THREE.Mesh(frond.rotateX(-Math.PI / 2), this.#fronds);
      frond.computeVertexNormals();
      mesh.position.y = height;
      mesh.rotation.set(0, (i / 17) * Math.PI * 2 * 2.4, chance.between(-0.35, 0.75), 'YZX');
      mesh.castShadow = true;
      palm.add(mesh);
    }
    palm.position.set(x, 0, -y);
    return palm;
  }

  hedge(from: Spot, to: Spot): THREE.InstancedMesh {
    const chance = this.#chance;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const hedge = new THREE.InstancedMesh(
      new THREE.PlaneGeometry(0.6, 0.6),
      this.#leaves,
      Math.round(length * 26),
    );
    const card = new THREE.Object3D();
    for (let i = 0; i < hedge.count; i++) {
      const way = chance.unit();
      card.position.set(
        from.x + (to.x - from.x) * way + chance.between(-0.4, 0.4),
        chance.between(0.2, 0.85),
        -(from.y + (to.y - from.y) * way) + chance.between(-0.4, 0.4),
      );
      card.rotation.set(chance.unit() * 6, chance.unit() * 6, chance.unit() * 6);
      card.updateMatrix();
      hedge.setMatrixAt(i, card.matrix);
      const light = 0.35 + 0.65 * card.position.y * chance.between(0.8, 1.2);
      hedge.setColorAt(i, new THREE.Color(light, light, light * 0.9));
    }
    hedge.receiveShadow = true;
    return hedge;
  }
}

function trunk(height: number, top: number, bottom: number): THREE.Mesh {
  const mesh = new THREE.Mesh(new THREE.CylinderGeometry(top, bottom, height, 9), bark);
  mesh.position.y = height / 2;
  mesh.castShadow = mesh.receiveShadow = true;
  return mesh;
}

function leafTexture(chance: Seeded): THREE.CanvasTexture {
  return painted(128, 128, (pen) => {
    for (let i = 0; i < 30; i++) {
      pen.save();
      pen.translate(chance.between(18, 110), chance.between(18, 110));
      pen.rotate(chance.unit() * 6.3);
      pen.fillStyle = `hsl(${chance.between(82, 116)},${chance.between(28, 48)}%,${chance.between(20, 42)}%)`;
      pen.beginPath();
      pen.ellipse(0, 0, chance.between(7, 15), chance.between(4, 7), 0, 0, 7);
      pen.fill();
      pen.restore();
    }
  });
}

function frondTexture(chance: Seeded): THREE.CanvasTexture {
  return painted(256, 96, (pen) => {
    pen.strokeStyle = '#6a7a3a';
    pen.lineWidth = 5;
    pen.beginPath();
    pen.moveTo(0, 48);
    pen.lineTo(256, 48);
    pen.stroke();
    for (let x = 6; x < 250; x += 5) {
      const reach = 44 * Math.sin(Math.PI * Math.min(0.92, 0.18 + x / 280));
      for (const side of [1, -1]) {
        pen.strokeStyle = `hsl(${chance.between(80, 105)},${chance.between(30, 45)}%,${chance.between(24, 40)}%)`;
        pen.lineWidth = 3.4;
        pen.beginPath();
        pen.moveTo(x, 48);
        pen.lineTo(x + 22, 48 + side * reach);
        pen.stroke();
      }
    }
  });
}
