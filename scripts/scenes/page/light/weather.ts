import * as THREE from 'three';
import type { Seeded } from '../seeded.ts';
import type { Light, Setting } from '../setting.ts';
import { lampSpots } from '../world/street.ts';
import { skyLight } from './sky.ts';

interface Mood {
  readonly sky: number;
  readonly sun: number;
  readonly sunColour: number;
  readonly air: number;
  /** Metres where haze begins and where it is thick. */
  readonly haze: readonly [number, number];
  readonly lamps: number;
  readonly exposure: number;
}

const moods: Readonly<Record<Light, Mood>> = {
  day: { sky: 1.15, sun: 2.2, sunColour: 0xfff1dc, air: 0xcbd8e2, haze: [90, 620], lamps: 0, exposure: 1.14 },
  overcast: {
    sky: 1.1,
    sun: 0.7,
    sunColour: 0xffffff,
    air: 0xc9ccce,
    haze: [70, 480],
    lamps: 0,
    exposure: 1.02,
  },
  dusk: {
    sky: 0.95,
    sun: 0.5,
    sunColour: 0xff9c5c,
    air: 0x8d8388,
    haze: [80, 560],
    lamps: 130,
    exposure: 1.12,
  },
  night: {
    sky: 0.9,
    sun: 0,
    sunColour: 0xffffff,
    air: 0x0b0d13,
    haze: [60, 400],
    lamps: 330,
    exposure: 1.05,
  },
};
const rainAir = 0xb4b8bb;
const rainHaze = [45, 340] as const;

/** What sun, sky and lamps do to the scene. */
export interface Sunlight {
  readonly sun: THREE.DirectionalLight | undefined;
}

export function addLight(
  scene: THREE.Scene,
  renderer: THREE.WebGLRenderer,
  setting: Setting,
  chance: Seeded,
): Sunlight {
  const mood = moods[setting.light];
  renderer.toneMapping = THREE.NeutralToneMapping;
  // A camera opens its iris when the sky is dark with rain.
  renderer.toneMappingExposure = mood.exposure * (setting.rain ? 1.1 : 1);
  scene.environment = skyLight(renderer, setting.light, chance);
  scene.environmentIntensity = mood.sky;
  const dark = setting.light === 'night' || setting.light === 'dusk';
  const air = new THREE.Color(setting.rain && !dark ? rainAir : mood.air);
  scene.background = air;
  const [near, far] = setting.rain ? rainHaze : mood.haze;
  scene.fog = new THREE.Fog(air, near, far);
  if (mood.lamps > 0) addLampLight(scene, mood.lamps);
  return { sun: mood.sun > 0 ? addSun(scene, setting, mood) : undefined };
}

function addSun(scene: THREE.Scene, { sun: place, camera }: Setting, mood: Mood): THREE.DirectionalLight {
  const sun = new THREE.DirectionalLight(mood.sunColour, mood.sun);
  const bearing = THREE.MathUtils.degToRad(place.bearing);
  const height = THREE.MathUtils.degToRad(place.height);
  // The part of the road that the camera sees well.
  const ahead = new THREE.Vector2(camera.target.x - camera.x, camera.target.y - camera.y).setLength(24);
  const [x, y] = [camera.x + ahead.x, camera.y + ahead.y];
  sun.target.position.set(x, 0, -y);
  sun.position
    .set(Math.sin(bearing) * Math.cos(height), Math.sin(height), -Math.cos(bearing) * Math.cos(height))
    .multiplyScalar(80)
    .add(sun.target.position);
  sun.castShadow = true;
  sun.shadow.mapSize.set(1536, 1536);
  Object.assign(sun.shadow.camera, { left: -30, right: 30, top: 30, bottom: -30, near: 1, far: 160 });
  sun.shadow.bias = -0.0006;
  sun.shadow.normalBias = 0.03;
  sun.shadow.radius = mood.sun < 1 ? 6 : 2.5;
  scene.add(sun, sun.target);
  return sun;
}

function addLampLight(scene: THREE.Scene, strength: number): void {
  for (const { x, y, height, towards } of lampSpots) {
    if (Math.abs(y) > 65) continue;
    const lamp = new THREE.SpotLight(0xffe6c8, strength, 46, 1.12, 0.75, 1.55);
    lamp.position.set(x, height, -y);
    lamp.target.position.set(x + towards * 2.2, 0, -y);
    scene.add(lamp, lamp.target);
  }
}
