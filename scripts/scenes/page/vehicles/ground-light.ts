import * as THREE from 'three';
import type { Mover } from '../../traffic/motion.ts';

/** What a road user does to the road beneath it: keeps the sky off it, and by night lights the way ahead. */
export interface GroundLight {
  readonly group: THREE.Group;
  place(mover: Mover): void;
}

const shade = new THREE.MeshBasicMaterial({
  map: radial([
    [0.1, 1],
    [0.55, 0.7],
    [1, 0],
  ]),
  color: 0x000000,
  transparent: true,
  opacity: 0.6,
  depthWrite: false,
  polygonOffset: true,
  polygonOffsetFactor: -4,
  polygonOffsetUnits: -4,
});
const beam = new THREE.MeshBasicMaterial({
  map: radial([
    [0, 1],
    [0.3, 0.45],
    [1, 0],
  ]),
  color: 0x6b5d42,
  blending: THREE.AdditiveBlending,
  transparent: true,
  depthWrite: false,
  polygonOffset: true,
  polygonOffsetFactor: -5,
  polygonOffsetUnits: -5,
});
const brakeGlow = beam.clone();
brakeGlow.color.set(0x38060a);
const flat = new THREE.PlaneGeometry(1, 1).rotateX(-Math.PI / 2);

export function addGroundLight({ length, width, kind }: Mover, night: boolean): GroundLight {
  const group = new THREE.Group();
  const shadow = new THREE.Mesh(flat, shade);
  const onFoot = kind === 'person';
  shadow.scale.set(onFoot ? 0.7 : length * 1.16, 1, onFoot ? 0.7 : width * 1.4);
  shadow.position.y = 0.02;
  group.add(shadow);
  const red = new THREE.Mesh(flat, brakeGlow);
  if (night && !onFoot && kind !== 'bicycle') {
    const far = kind === 'motorbike' ? 6.5 : 10;
    const ahead = new THREE.Mesh(flat, beam);
    ahead.scale.set(far, 1, kind === 'motorbike' ? 2.8 : 4.4);
    ahead.position.set(length / 2 + far * 0.47, 0.03, 0);
    red.scale.set(3, 1, width * 1.6);
    red.position.set(-length / 2 - 1.1, 0.03, 0);
    group.add(ahead, red);
  }
  return {
    group,
    place({ x, y, heading, braking }) {
      group.position.set(x, 0, -y);
      group.rotation.y = heading;
      red.visible = braking;
    },
  };
}

function radial(stops: readonly (readonly [at: number, alpha: number])[]): THREE.Texture {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 128;
  const pen = canvas.getContext('2d')!;
  const fade = pen.createRadialGradient(64, 64, 0, 64, 64, 64);
  for (const [at, alpha] of stops) fade.addColorStop(at, `rgba(255,255,255,${alpha})`);
  pen.fillStyle = fade;
  pen.fillRect(0, 0, 128, 128);
  const texture = new THREE.CanvasTexture(canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  return texture;
}
