import * as THREE from 'three';

/** Metres of the ground frame: x east, y north. */
export interface Patch {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/** A level rectangle at `height` above the road, its texture upright towards the north. */
export function patch(
  { west, east, south, north }: Patch,
  height: number,
  material: THREE.Material,
): THREE.Mesh {
  const geometry = new THREE.PlaneGeometry(east - west, north - south).rotateX(-Math.PI / 2);
  const mesh = new THREE.Mesh(geometry, material);
  mesh.position.set((west + east) / 2, height, -(south + north) / 2);
  mesh.receiveShadow = true;
  return mesh;
}

/** A flat outline in the ground frame, raised from `from` to `to`. */
export function slab(outline: THREE.Shape, from: number, to: number, material: THREE.Material): THREE.Mesh {
  const geometry = new THREE.ExtrudeGeometry(outline, {
    depth: to - from,
    bevelEnabled: false,
    curveSegments: 10,
  });
  const mesh = new THREE.Mesh(geometry.rotateX(-Math.PI / 2).translate(0, from, 0), material);
  mesh.receiveShadow = true;
  return mesh;
}
