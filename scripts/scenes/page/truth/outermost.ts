import * as THREE from 'three';

/** Directions spread evenly over the sphere (Fibonacci lattice). */
const directions = Array.from({ length: 220 }, (_, i) => {
  const height = 1 - (2 * (i + 0.5)) / 220;
  const around = i * Math.PI * (3 - Math.sqrt(5));
  const flat = Math.sqrt(1 - height * height);
  return new THREE.Vector3(Math.cos(around) * flat, height, Math.sin(around) * flat);
});

/**
 * The points of a body that lie furthest out in every direction: its convex hull to within a fraction of a pixel,
 * in a few dozen points instead of thousands. In the frame of `root`'s own scale, without its place.
 */
export function outermost(root: THREE.Group): Float32Array {
  root.updateMatrixWorld(true);
  const toRoot = root.matrixWorld.clone().invert();
  const best = directions.map(() => ({ reach: -Infinity, point: new THREE.Vector3() }));
  const point = new THREE.Vector3();
  const meshToRoot = new THREE.Matrix4();
  root.traverse((part) => {
    if (!(part instanceof THREE.Mesh)) return;
    meshToRoot.multiplyMatrices(toRoot, part.matrixWorld);
    const position = part.geometry.getAttribute('position');
    for (let i = 0; i < position.count; i++) {
      point.fromBufferAttribute(position, i).applyMatrix4(meshToRoot);
      directions.forEach((direction, d) => {
        const reach = direction.dot(point);
        if (reach > best[d]!.reach) {
          best[d]!.reach = reach;
          best[d]!.point.copy(point);
        }
      });
    }
  });
  const kept = new Map(best.map(({ point: p }) => [`${p.x} ${p.y} ${p.z}`, p]));
  return new Float32Array([...kept.values()].flatMap((p) => [p.x, p.y, p.z]));
}
