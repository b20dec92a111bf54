import * as THREE from 'three';
import type { TrueBox } from '../protocol.ts';
import type { Drawn } from '../vehicles/fleet.ts';
import { convexOutline, fillOutline, outlineArea, type Pixel } from './outline.ts';

interface Outlined {
  readonly drawn: Drawn;
  readonly outline: readonly Pixel[];
  /** From the camera, metres along its axis. */
  readonly depth: number;
}

/** Visibility is counted on a grid of this size: half a pixel of error at 24 px. */
const grid = { width: 320, height: 180 };

/** Tells where everybody is in the picture, from the shapes themselves rather than from what was drawn. */
export class Witness {
  readonly #camera: THREE.PerspectiveCamera;
  /** Distance of what stands still, metres along the camera's axis, on the grid. */
  readonly #standing: Float32Array;
  readonly #nearest = new Float32Array(grid.width * grid.height);
  readonly #owner = new Int32Array(grid.width * grid.height);

  constructor(camera: THREE.PerspectiveCamera, standing: Float32Array) {
    this.#camera = camera;
    this.#standing = standing;
  }

  static readonly grid = grid;

  look(everybody: readonly Drawn[]): TrueBox[] {
    const outlined = everybody.flatMap((drawn) => this.#outline(drawn) ?? []);
    this.#nearest.set(this.#standing);
    this.#owner.fill(-1);
    outlined.forEach(({ outline, depth }, i) => {
      fillOutline(outline, grid.width, grid.height, (pixel) => {
        if (depth >= this.#nearest[pixel]!) return;
        this.#nearest[pixel] = depth;
        this.#owner[pixel] = i;
      });
    });
    const seen = new Float64Array(outlined.length);
    for (const owner of this.#owner) if (owner >= 0) seen[owner]!++;
    return outlined.flatMap((one, i) => trueBox(one, seen[i]!) ?? []);
  }

  #outline(drawn: Drawn): Outlined | undefined {
    const point = new THREE.Vector3();
    const pixels: Pixel[] = [];
    let depth = Infinity;
    for (let i = 0; i < drawn.outline.length; i += 3) {
      point
        .fromArray(drawn.outline, i)
        .applyMatrix4(drawn.root.matrixWorld)
        .applyMatrix4(this.#camera.matrixWorldInverse);
      if (point.z > -this.#camera.near) continue;
      depth = Math.min(depth, -point.z);
      point.applyMatrix4(this.#camera.projectionMatrix);
      pixels.push([((point.x + 1) / 2) * grid.width, ((1 - point.y) / 2) * grid.height]);
    }
    return pixels.length > 3 ? { drawn, outline: convexOutline(pixels), depth } : undefined;
  }
}

function trueBox({ drawn, outline }: Outlined, seenPixels: number): TrueBox | undefined {
  if (seenPixels === 0) return undefined;
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const xs = outline.map(([x]) => x / grid.width);
  const ys = outline.map(([, y]) => y / grid.height);
  return {
    id: drawn.mover.id,
    kind: drawn.mover.kind,
    box: [clip(Math.min(...xs)), clip(Math.min(...ys)), clip(Math.max(...xs)), clip(Math.max(...ys))],
    visible: Math.min(1, seenPixels / Math.max(1, outlineArea(outline))),
  };
}
