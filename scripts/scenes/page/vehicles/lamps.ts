import * as THREE from 'three';
import { mergeGeometries } from 'three/addons/utils/BufferGeometryUtils.js';
import type { Vec } from '../solid/solid.ts';

export type LampRole = 'front' | 'rear' | 'left' | 'right';

export interface Lamp {
  readonly role: LampRole;
  readonly at: Vec;
  readonly size: Vec;
}

export interface LampState {
  /** Head and tail lamps on. */
  readonly night: boolean;
  readonly braking: boolean;
  readonly left: boolean;
  readonly right: boolean;
}

/** The lamps of one vehicle: small bodies that glow, and by night their halo. */
export interface Lamps {
  readonly group: THREE.Group;
  set(state: LampState): void;
}

const off = {
  front: new THREE.MeshStandardMaterial({ color: 0xdfe5ea, metalness: 0.55, roughness: 0.12 }),
  rear: new THREE.MeshStandardMaterial({ color: 0x9c0d0a, roughness: 0.3 }),
  left: new THREE.MeshStandardMaterial({ color: 0xb86a16, roughness: 0.35 }),
  right: new THREE.MeshStandardMaterial({ color: 0xb86a16, roughness: 0.35 }),
};
const glowing = (colour: number) =>
  new THREE.MeshBasicMaterial({ color: colour, toneMapped: false, fog: false });
const headOn = glowing(0xfff3d6);
const tailOn = glowing(0xc01208);
const brakeOn = glowing(0xff3a24);
const amberOn = glowing(0xffa21a);

export function lampsOf(lamps: readonly Lamp[]): Lamps {
  const group = new THREE.Group();
  const meshes = new Map<LampRole, THREE.Mesh>();
  for (const role of ['front', 'rear', 'left', 'right'] as const) {
    const bulbs = lamps.filter((lamp) => lamp.role === role);
    if (bulbs.length === 0) continue;
    const mesh = new THREE.Mesh(mergeGeometries(bulbs.map(bulb)), off[role]);
    meshes.set(role, mesh);
    group.add(mesh);
  }
  const halos = lamps.filter(({ role }) => role === 'front' || role === 'rear').map(halo);
  group.add(...halos);
  return {
    group,
    set(state) {
      paint(meshes, state);
      for (const sprite of halos) showHalo(sprite, state);
    },
  };
}

function paint(meshes: ReadonlyMap<LampRole, THREE.Mesh>, { night, braking, left, right }: LampState): void {
  const materials = {
    front: night ? headOn : off.front,
    rear: braking ? brakeOn : night ? tailOn : off.rear,
    left: left ? amberOn : off.left,
    right: right ? amberOn : off.right,
  };
  for (const [role, mesh] of meshes) mesh.material = materials[role];
}

function bulb({ at, size }: Lamp): THREE.BufferGeometry {
  return new THREE.SphereGeometry(1, 8, 5).scale(size[0] / 2, size[1] / 2, size[2] / 2).translate(...at);
}

const haloTexture = radialTexture();
const haloMaterial = (colour: number) =>
  new THREE.SpriteMaterial({
    map: haloTexture,
    color: colour,
    blending: THREE.AdditiveBlending,
    depthWrite: false,
    fog: false,
    toneMapped: false,
  });
const headHalo = haloMaterial(0xffe9c4);
const tailHalo = haloMaterial(0x8c1206);
const brakeHalo = haloMaterial(0xff2a14);

function halo({ role, at }: Lamp): THREE.Sprite {
  const sprite = new THREE.Sprite(role === 'front' ? headHalo : tailHalo);
  const out = role === 'front' ? 0.14 : -0.12;
  sprite.position.set(at[0] + out, at[1], at[2]);
  sprite.userData = { role, decoration: true };
  sprite.visible = false;
  return sprite;
}

const eye = new THREE.Vector3();
const facing = new THREE.Vector3();

/** A halo is seen from the side it shines to; `onBeforeRender` comes too late for visibility, so the caller's camera decides. */
function showHalo(sprite: THREE.Sprite, { night, braking }: LampState): void {
  const front = sprite.userData['role'] === 'front';
  sprite.visible = night || (!front && braking);
  if (!sprite.visible) return;
  sprite.getWorldPosition(eye);
  facing.set(front ? 1 : -1, 0, 0).transformDirection(sprite.matrixWorld);
  const toCamera = cameraAt.clone().sub(eye).normalize();
  const share = Math.max(0, facing.dot(toCamera));
  sprite.visible = share > 0.08;
  if (!front) sprite.material = braking ? brakeHalo : tailHalo;
  const width = front ? 1.5 : braking ? 0.75 : 0.5;
  sprite.scale.setScalar((night ? width : width * 0.6) * (0.35 + 0.65 * share));
}

const cameraAt = new THREE.Vector3();

/** Where the camera stands: halos face it. */
export function haloesFace(position: THREE.Vector3): void {
  cameraAt.copy(position);
}

function radialTexture(): THREE.Texture {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext('2d')!;
  const fade = pen.createRadialGradient(32, 32, 0, 32, 32, 32);
  fade.addColorStop(0, 'rgba(255,255,255,1)');
  fade.addColorStop(0.18, 'rgba(255,255,255,0.45)');
  fade.addColorStop(0.5, 'rgba(255,255,255,0.10)');
  fade.addColorStop(1, 'rgba(255,255,255,0)');
  pen.fillStyle = fade;
  pen.fillRect(0, 0, 64, 64);
  const texture = new THREE.CanvasTexture(canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  return texture;
}
