import * as THREE from 'three';
import { RoundedBoxGeometry } from 'three/addons/geometries/RoundedBoxGeometry.js';
import { mergeGeometries, mergeVertices, toCreasedNormals } from 'three/addons/utils/BufferGeometryUtils.js';
import { type Finish, finishes } from './finish.ts';

export type Vec = readonly [x: number, y: number, z: number];
export type Colour = number;

/** What a part is made of. */
export interface Skin {
  readonly finish: Finish;
  readonly colour: Colour;
}

export function skin(finish: Finish, colour: Colour): Skin {
  return { finish, colour };
}

/** One cut through a lofted body: height and half width of its outline from the bottom middle to the top middle. */
export interface Section {
  readonly x: number;
  readonly outline: readonly (readonly [halfWidth: number, height: number])[];
}

/** The skin of a lofted strip: `strip` counts along the outline, -1 is an end cap. */
export type SkinOf = (x: number, strip: number) => Skin;

/**
 * A body put together from parts: x forward, y up, z to the right, metres. Parts of one finish become one mesh with
 * their colours in the vertices.
 */
export class Solid {
  readonly #parts = new Map<Finish, THREE.BufferGeometry[]>();

  add(geometry: THREE.BufferGeometry, { finish, colour }: Skin): this {
    const part = geometry.index ? geometry.toNonIndexed() : geometry;
    for (const name of Object.keys(part.attributes)) {
      if (name !== 'position' && name !== 'normal') part.deleteAttribute(name);
    }
    part.setAttribute('color', vertexColours(part, finish, colour));
    const parts = this.#parts.get(finish);
    if (parts) parts.push(part);
    else this.#parts.set(finish, [part]);
    return this;
  }

  /** `round` bevels the edges; `pitch` turns about z (nose up), `yaw` about y. */
  box(at: Vec, size: Vec, skin: Skin, { round = 0, pitch = 0, yaw = 0 } = {}): this {
    const radius = Math.min(round, size[0] / 2.02, size[1] / 2.02, size[2] / 2.02);
    // A bevel is worth its triangles only on what is some pixels large.
    const bevelled = radius > 0.012 && Math.min(...size.toSorted((a, b) => a - b).slice(1)) > 0.24;
    const geometry = bevelled ? new RoundedBoxGeometry(...size, 1, radius) : new THREE.BoxGeometry(...size);
    return this.add(
      geometry
        .rotateZ(pitch)
        .rotateY(yaw)
        .translate(...at),
      skin,
    );
  }

  ellipsoid(at: Vec, radii: Vec, skin: Skin, pitch = 0): this {
    const geometry = new THREE.SphereGeometry(1, 9, 6);
    return this.add(
      geometry
        .scale(...radii)
        .rotateZ(pitch)
        .translate(...at),
      skin,
    );
  }

  /** A round bar with round ends; `flat` squeezes it sideways. */
  limb(from: Vec, to: Vec, radii: readonly [number, number], skin: Skin, flat = 1): this {
    return this.add(limbGeometry(from, to, radii, flat), skin);
  }

  /** A disc or drum across the vehicle (its axis along z). */
  drum(at: Vec, radius: number, width: number, skin: Skin, sides = 14): this {
    const geometry = new THREE.CylinderGeometry(radius, radius, width, sides);
    return this.add(geometry.rotateX(Math.PI / 2).translate(...at), skin);
  }

  /** A ring or part of one in the plane of x and y; `arc` radians from `start`. */
  ring(at: Vec, radius: number, tube: number, skin: Skin, arc = Math.PI * 2, start = 0): this {
    const geometry = new THREE.TorusGeometry(radius, tube, 4, Math.max(5, Math.round(arc * 2.6)), arc);
    return this.add(geometry.rotateZ(start).translate(...at), skin);
  }

  /** A skin stretched over `sections` (x ascending), the same on the left and the right. */
  loft(sections: readonly Section[], skinOf: SkinOf, creaseRadians = 0.5): this {
    const strips = new Map<string, { skin: Skin; corners: number[] }>();
    const into = (skin: Skin) => {
      const key = `${skin.finish} ${skin.colour}`;
      let strip = strips.get(key);
      if (!strip) {
        strip = { skin, corners: [] };
        strips.set(key, strip);
      }
      return strip.corners;
    };
    for (let i = 0; i + 1 < sections.length; i++) loftBetween(sections[i]!, sections[i + 1]!, skinOf, into);
    capEnd(sections[0]!, into(skinOf(sections[0]!.x, -1)), false);
    capEnd(sections.at(-1)!, into(skinOf(sections.at(-1)!.x, -1)), true);
    for (const { skin, corners } of strips.values()) {
      const geometry = new THREE.BufferGeometry();
      geometry.setAttribute('position', new THREE.Float32BufferAttribute(corners, 3));
      this.add(toCreasedNormals(geometry, creaseRadians), skin);
    }
    return this;
  }

  build(): THREE.Group {
    const group = new THREE.Group();
    for (const [finish, parts] of this.#parts) {
      const mesh = new THREE.Mesh(mergeVertices(mergeGeometries(parts), 1e-4), finishes[finish]);
      mesh.castShadow = finish !== 'lit';
      mesh.receiveShadow = true;
      group.add(mesh);
    }
    return group;
  }
}

export function limbGeometry(from: Vec, to: Vec, [start, end]: readonly [number, number], flat = 1) {
  const axis = new THREE.Vector3(...to).sub(new THREE.Vector3(...from));
  const length = axis.length();
  const bar = new THREE.CylinderGeometry(end, start, length, 7, 1, true).translate(0, length / 2, 0);
  const geometry = mergeGeometries([
    bar,
    new THREE.SphereGeometry(start, 7, 4),
    new THREE.SphereGeometry(end, 7, 4).translate(0, length, 0),
  ]);
  const turn = new THREE.Quaternion().setFromUnitVectors(new THREE.Vector3(0, 1, 0), axis.normalize());
  return geometry
    .applyQuaternion(turn)
    .scale(1, 1, flat)
    .translate(...from);
}

function loftBetween(a: Section, b: Section, skinOf: SkinOf, into: (skin: Skin) => number[]): void {
  for (let k = 0; k + 1 < a.outline.length; k++) {
    const corners = into(skinOf((a.x + b.x) / 2, k));
    for (const side of [1, -1]) {
      const at = (s: Section, j: number) => [s.x, s.outline[j]![1], s.outline[j]![0] * side];
      const quad = [at(a, k), at(b, k), at(b, k + 1), at(a, k + 1)];
      const order = side > 0 ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2];
      for (const corner of order) corners.push(...quad[corner]!);
    }
  }
}

function capEnd({ x, outline }: Section, corners: number[], front: boolean): void {
  for (let k = 0; k + 1 < outline.length; k++) {
    const [wa, ha] = outline[k]!;
    const [wb, hb] = outline[k + 1]!;
    const quad = [
      [x, ha, wa],
      [x, ha, -wa],
      [x, hb, -wb],
      [x, hb, wb],
    ];
    for (const corner of front ? [0, 1, 2, 0, 2, 3] : [0, 2, 1, 0, 3, 2]) corners.push(...quad[corner]!);
  }
}

/** Glass is darker towards its lower edge, as real panes are that reflect the sky above and show the inside below. */
function vertexColours(part: THREE.BufferGeometry, finish: Finish, colour: Colour): THREE.BufferAttribute {
  const { r, g, b } = new THREE.Color(colour);
  const position = part.getAttribute('position');
  const values = new Float32Array(position.count * 3);
  part.computeBoundingBox();
  const { min, max } = part.boundingBox!;
  const tall = max.y - min.y;
  for (let i = 0; i < position.count; i++) {
    const rise = (position.getY(i) - min.y) / tall;
    const shade = finish === 'glass' && tall > 0.2 ? 0.35 + 1.25 * rise ** 1.5 : 1;
    values.set([r * shade, g * shade, b * shade], i * 3);
  }
  return new THREE.BufferAttribute(values, 3);
}
