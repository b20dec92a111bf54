import * as THREE from 'three';
import { seeded } from '../seeded.ts';

/** Drops between lens and road: short slanted lines that the shutter draws, new in every picture. */
export class Rain {
  readonly scene = new THREE.Scene();
  readonly #position: THREE.BufferAttribute;
  readonly #alpha: THREE.BufferAttribute;
  readonly #count: number;
  #picture = 0;

  constructor(count: number) {
    this.#count = count;
    const geometry = new THREE.BufferGeometry();
    this.#position = new THREE.BufferAttribute(new Float32Array(count * 18), 3);
    this.#alpha = new THREE.BufferAttribute(new Float32Array(count * 6), 1);
    geometry.setAttribute('position', this.#position);
    geometry.setAttribute('alpha', this.#alpha);
    const material = new THREE.ShaderMaterial({
      transparent: true,
      depthTest: false,
      depthWrite: false,
      side: THREE.DoubleSide,
      vertexShader: `attribute float alpha; varying float strength;
        void main() { strength = alpha; gl_Position = vec4(position.xy, 0.0, 1.0); }`,
      fragmentShader: `varying float strength;
        void main() { gl_FragColor = vec4(0.86, 0.88, 0.9, strength); }`,
    });
    const streaks = new THREE.Mesh(geometry, material);
    streaks.frustumCulled = false;
    this.scene.add(streaks);
  }

  fall(): void {
    const chance = seeded(this.#picture++ * 7919 + 11);
    for (let i = 0; i < this.#count; i++) {
      const [x, y] = [chance.between(-1.05, 1.05), chance.between(-1.1, 1.1)];
      const near = chance.unit() ** 3;
      const length = 0.025 + near * 0.12;
      const slant = length * chance.between(0.05, 0.11);
      const wide = 0.0011 + near * 0.0018;
      const tail = [x + slant, y + length] as const;
      const corners = [x, y, x + wide, y, ...tail, x + wide, y, tail[0] + wide, tail[1], ...tail];
      for (let k = 0; k < 6; k++) {
        this.#position.setXYZ(i * 6 + k, corners[k * 2]!, corners[k * 2 + 1]!, 0);
        // Fading at the upper end.
        this.#alpha.setX(i * 6 + k, k === 2 || k > 3 ? 0.015 : 0.07 + 0.13 * near);
      }
    }
    this.#position.needsUpdate = this.#alpha.needsUpdate = true;
  }
}
