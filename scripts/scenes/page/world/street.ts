import * as THREE from 'three';
import { type ApproachId, halfWidth, junction, type SignalColour } from '../../traffic/motion.ts';
import type { Seeded } from '../seeded.ts';
import type { Spot } from './trees.ts';

const steel = new THREE.MeshStandardMaterial({ color: 0x8d9194, roughness: 0.55, metalness: 0.4 });
const concrete = new THREE.MeshStandardMaterial({ color: 0xa39f97, roughness: 0.95 });
const cable = new THREE.MeshStandardMaterial({ color: 0x1c1c1c, roughness: 0.9 });
const housing = new THREE.MeshStandardMaterial({ color: 0x16181a, roughness: 0.6 });
const mainHalf = halfWidth(junction, 'main');
const crossHalf = halfWidth(junction, 'cross');

function pole({ x, y }: Spot, height: number, radius: number, material: THREE.Material): THREE.Mesh {
  const mesh = new THREE.Mesh(new THREE.CylinderGeometry(radius * 0.7, radius, height, 10), material);
  mesh.position.set(x, height / 2, -y);
  mesh.castShadow = true;
  return mesh;
}

/** Where street lamps hang; the light itself is the weather's business. */
export const lampSpots: readonly (Spot & { readonly height: number; readonly towards: number })[] = [
  1, -1,
].flatMap((side) =>
  [-88, -64, -42, -22, 22, 42, 64, 88].map((y) => ({
    x: side * (mainHalf - 1.6),
    y: y + side * 5,
    height: 8.6,
    towards: -side,
  })),
);

export function addStreetLamps(world: THREE.Group, lit: boolean): void {
  const lens = lit
    ? new THREE.MeshBasicMaterial({ color: 0xfff0d0, toneMapped: false })
    : new THREE.MeshStandardMaterial({ color: 0xd8dadc, roughness: 0.3 });
  for (const { x, y, height, towards } of lampSpots) {
    const foot = x - towards * 2.6;
    world.add(pole({ x: foot, y }, height, 0.11, steel));
    const arm = new THREE.Mesh(new THREE.CylinderGeometry(0.04, 0.05, 2.7, 8), steel);
    arm.rotation.z = Math.PI / 2 - towards * 0.12;
    arm.position.set(x - towards * 1.3, height - 0.02, -y);
    const head = new THREE.Mesh(new THREE.BoxGeometry(0.8, 0.12, 0.3), steel);
    head.position.set(x, height + 0.1, -y);
    const glass = new THREE.Mesh(new THREE.BoxGeometry(0.6, 0.05, 0.22), lens);
    glass.position.set(x, height + 0.02, -y);
    for (const part of [arm, head]) part.castShadow = true;
    world.add(arm, head, glass);
  }
}

/** Concrete poles with their bundles of wires, the signature of an older Vietnamese street. */
export function addWires(world: THREE.Group, side: number, chance: Seeded): void {
  const x = side * (mainHalf + 1.1);
  const along = [-96, -68, -40, -16, 16, 40, 68, 96];
  for (const y of along) {
    world.add(pole({ x, y }, 8.5, 0.17, concrete));
    const box = new THREE.Mesh(new THREE.BoxGeometry(0.45, 0.7, 0.35), steel);
    box.position.set(x, 4.2, -y);
    world.add(box);
  }
  for (let i = 0; i + 1 < along.length; i++) {
    for (let wire = 0; wire < 9; wire++) {
      const height = 7.2 + wire * 0.12;
      const sag = chance.between(0.25, 1.1);
      const off = chance.between(-0.25, 0.25);
      const [from, to] = [-along[i]!, -along[i + 1]!];
      const path = new THREE.QuadraticBezierCurve3(
        new THREE.Vector3(x + off, height, from),
        new THREE.Vector3(x + off, height - sag * 2, (from + to) / 2),
        new THREE.Vector3(x + off, height, to),
      );
      world.add(new THREE.Mesh(new THREE.TubeGeometry(path, 10, 0.02, 4), cable));
    }
  }
}

/** Direction that a signal head of this approach faces: against its traffic. */
const facings: Readonly<Record<ApproachId, { readonly spots: readonly Spot[]; readonly yaw: number }>> = {
  northbound: { spots: [{ x: mainHalf + 2.2, y: -12.6 }], yaw: 0 },
  southbound: { spots: [{ x: -mainHalf - 2.2, y: 12.6 }], yaw: Math.PI },
  eastbound: {
    spots: [{ x: -14.6, y: -crossHalf - 0.7 }],
    yaw: -Math.PI / 2,
  },
  westbound: {
    spots: [{ x: 14.6, y: crossHalf + 0.7 }],
    yaw: Math.PI / 2,
  },
};

const lensColours = { red: 0xff2a18, amber: 0xffb020, green: 0x18e88a } as const;
const unlit = new THREE.MeshStandardMaterial({ color: 0x242424, roughness: 0.4 });

/** Signal heads: poles and housings stand still, the lenses change with the moment. */
export class Signals {
  readonly standing = new THREE.Group();
  readonly lenses = new THREE.Group();
  readonly #lenses: { approach: ApproachId; colour: SignalColour; mesh: THREE.Mesh; on: THREE.Material }[] =
    [];

  constructor() {
    for (const approach of Object.keys(facings) as ApproachId[]) {
      for (const spot of facings[approach].spots) this.#addHead(approach, spot, facings[approach].yaw);
    }
  }

  show(signals: Readonly<Record<ApproachId, SignalColour>>): void {
    for (const { approach, colour, mesh, on } of this.#lenses) {
      mesh.material = signals[approach] === colour ? on : unlit;
    }
  }

  #addHead(approach: ApproachId, spot: Spot, yaw: number): void {
    this.standing.add(pole(spot, 4.6, 0.08, steel));
    const head = new THREE.Group();
    const lenses = new THREE.Group();
    for (const group of [head, lenses]) {
      group.position.set(spot.x, 4.05, -spot.y);
      group.rotation.y = yaw;
    }
    const body = new THREE.Mesh(new THREE.BoxGeometry(0.42, 1.2, 0.26), housing);
    body.castShadow = true;
    head.add(body);
    for (const [i, colour] of (['red', 'amber', 'green'] as const).entries()) {
      const mesh = new THREE.Mesh(new THREE.SphereGeometry(0.14, 12, 8), unlit);
      mesh.position.set(0, 0.38 - i * 0.38, 0.1);
      lenses.add(mesh);
      const on = new THREE.MeshBasicMaterial({ color: lensColours[colour], toneMapped: false });
      this.#lenses.push({ approach, colour, mesh, on });
    }
    this.standing.add(head);
    this.lenses.add(lenses);
  }
}
