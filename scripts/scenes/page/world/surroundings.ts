import * as THREE from 'three';
import { halfWidth, junction } from '../../traffic/motion.ts';
import type { Seeded } from '../seeded.ts';
import type { Place } from '../setting.ts';
import { patch, slab } from './ground.ts';
import { farBlock, karst } from './horizon.ts';
import { house } from './house.ts';
import { addWires } from './street.ts';
import { Trees } from './trees.ts';

const mainHalf = halfWidth(junction, 'main');
const crossHalf = halfWidth(junction, 'cross');
/** Metres of pavement between kerb and house. */
const pavement = 4.6;

/** What stands around the junction: the same road in three parts of the town. */
export function addSurroundings(world: THREE.Group, place: Place, chance: Seeded, night: boolean): void {
  const site: Site = { world, chance, night, trees: new Trees(chance) };
  addTown(site);
  if (place === 'old-town') {
    for (const side of [1, -1]) {
      addRow(site, side, 1);
      plantStreet(site, side, 'broadleaf', 11);
    }
    addWires(world, 1, chance);
    addWires(world, -1, chance);
  } else if (place === 'boulevard') {
    for (const side of [1, -1]) {
      addBlocks(site, side);
      plantStreet(site, side, 'broadleaf', 8);
      addHedges(site, side);
    }
  } else {
    addRow(site, -1, 0.75);
    plantStreet(site, -1, 'palm', 12);
    addPromenade(site);
  }
}

interface Site {
  readonly world: THREE.Group;
  readonly chance: Seeded;
  readonly night: boolean;
  readonly trees: Trees;
}

function addTown({ world, chance }: Site): void {
  for (const end of [1, -1]) {
    for (let x = -110; x <= 110; x += 22) world.add(farBlock(chance, x, end * chance.between(185, 230)));
  }
  for (let i = 0; i < 16; i++) {
    const bearing = (i / 16) * Math.PI * 2 + chance.between(-0.15, 0.15);
    world.add(karst(chance, bearing, chance.between(420, 620), chance.between(50, 130)));
  }
}

/** Town houses shoulder to shoulder along both arms of one side, and around the corner. */
function addRow(site: Site, side: number, shops: number): void {
  const x = side * (mainHalf + pavement + 5);
  for (const arm of [1, -1]) {
    for (let way = crossHalf + pavement; way < 150; ) {
      const width = site.chance.between(4, 6);
      addHouse(site, { x, y: arm * (way + width / 2) }, side > 0 ? -Math.PI / 2 : Math.PI / 2, width, shops);
      way += width + 0.06;
    }
    for (let way = mainHalf + pavement + 12; way < 90; ) {
      const width = site.chance.between(4, 6);
      const y = arm * (crossHalf + pavement + 5);
      addHouse(site, { x: side * (way + width / 2), y }, arm > 0 ? 0 : Math.PI, width, shops);
      way += width + 0.06;
    }
  }
}

function addHouse(
  { world, chance, night }: Site,
  at: { x: number; y: number },
  yaw: number,
  width: number,
  shops: number,
): void {
  const spec = { width, depth: 10, floors: 2 + chance.below(4), shop: chance.chance(shops) };
  const one = house(spec, chance, night);
  one.position.set(at.x, 0, -at.y);
  one.rotation.y = yaw;
  world.add(one);
}

/** Set-back offices and flats behind lawns. */
function addBlocks(site: Site, side: number): void {
  const { chance } = site;
  for (const arm of [1, -1]) {
    for (let way = crossHalf + 12; way < 150; ) {
      const width = chance.between(11, 19);
      const spec = { width, depth: 14, floors: 4 + chance.below(5), shop: chance.chance(0.5) };
      const block = house(spec, chance, site.night);
      block.position.set(side * (mainHalf + 20), 0, -arm * (way + width / 2));
      block.rotation.y = side > 0 ? -Math.PI / 2 : Math.PI / 2;
      site.world.add(block);
      way += width + chance.between(3, 8);
    }
    site.world.add(
      lawn({
        west: Math.min(side * (mainHalf + 5), side * (mainHalf + 11)),
        east: Math.max(side * (mainHalf + 5), side * (mainHalf + 11)),
        south: arm > 0 ? crossHalf + 9 : -150,
        north: arm > 0 ? 150 : -crossHalf - 9,
      }),
    );
  }
}

function lawn(area: Parameters<typeof patch>[0]): THREE.Mesh {
  return patch(area, 0.2, new THREE.MeshStandardMaterial({ color: 0x55703a, roughness: 1 }));
}

function addHedges({ world, trees }: Site, side: number): void {
  for (const arm of [1, -1]) {
    const x = side * (mainHalf + 4.6);
    world.add(trees.hedge({ x, y: arm * (crossHalf + 9) }, { x, y: arm * 90 }));
  }
}

function plantStreet(
  { world, chance, trees }: Site,
  side: number,
  kind: 'broadleaf' | 'palm',
  every: number,
): void {
  for (const arm of [1, -1]) {
    for (let way = crossHalf + 11; way < 130; way += every * chance.between(0.85, 1.2)) {
      const at = { x: side * (mainHalf + chance.between(1.7, 2.4)), y: arm * way };
      if (kind === 'palm') world.add(trees.palm(at, chance.between(6, 8.5)));
      else world.add(trees.broadleaf(at, chance.between(7, 9.5), chance.between(2.1, 3.1)));
    }
  }
}

/** The sea side: promenade, palms, a parapet, the bay and its islands. */
function addPromenade({ world, chance, trees }: Site): void {
  const edge = mainHalf + 9;
  const water = new THREE.MeshStandardMaterial({ color: 0x5a7f88, roughness: 0.16, metalness: 0.1 });
  world.add(patch({ west: edge, east: 900, south: -700, north: 700 }, 0.195, water));
  const stone = new THREE.MeshStandardMaterial({ color: 0xc9c3b6, roughness: 0.9 });
  for (const arm of [1, -1]) {
    const wall = new THREE.Shape();
    wall.moveTo(edge - 0.4, arm * (crossHalf + 0.5));
    wall.lineTo(edge, arm * (crossHalf + 0.5));
    wall.lineTo(edge, arm * 180);
    wall.lineTo(edge - 0.4, arm * 180);
    world.add(slab(wall, 0.1, 0.75, stone));
    for (let way = crossHalf + 5; way < 150; way += 2.4) {
      const post = new THREE.Mesh(new THREE.CylinderGeometry(0.05, 0.05, 0.5, 8), stone);
      post.position.set(edge - 0.2, 1, -arm * way);
      world.add(post);
    }
    for (let way = crossHalf + 8; way < 120; way += chance.between(8, 12)) {
      world.add(trees.palm({ x: mainHalf + chance.between(3, 5), y: arm * way }, chance.between(6.5, 9.5)));
    }
    world.add(
      trees.hedge({ x: mainHalf + 6.4, y: arm * (crossHalf + 6) }, { x: mainHalf + 6.4, y: arm * 100 }),
    );
  }
  for (let i = 0; i < 9; i++)
    world.add(karst(chance, chance.between(-1.1, 1.1), chance.between(250, 420), chance.between(30, 80)));
}
