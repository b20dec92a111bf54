import * as THREE from 'three';
import type { Moment, Mover } from '../traffic/motion.ts';
import { type Backdrop, bakeBackdrop, readPixels } from './backdrop.ts';
import { Mirror } from './light/mirror.ts';
import { Rain } from './light/rain.ts';
import { shadowCatcher, silentCasters } from './light/shadow-catcher.ts';
import { addLight } from './light/weather.ts';
import type { TrueBox } from './protocol.ts';
import { seeded } from './seeded.ts';
import type { Setting } from './setting.ts';
import { Witness } from './truth/witness.ts';
import { Fleet } from './vehicles/fleet.ts';
import { haloesFace } from './vehicles/lamps.ts';
import { addMarkings } from './world/markings.ts';
import { addRoad } from './world/road.ts';
import { addStreetLamps, Signals } from './world/street.ts';
import { addSurroundings } from './world/surroundings.ts';

/** Metres: beyond it a car is a few pixels high. */
const farthestDrawn = 130;

/** A junction under one camera: the standing world is baked when it opens, then moments are drawn one after another. */
export class Stage {
  readonly #renderer: THREE.WebGLRenderer;
  readonly #camera: THREE.PerspectiveCamera;
  readonly #size: THREE.Vector2;
  readonly #moving = new THREE.Scene();
  readonly #signals = new Signals();
  readonly #fleet: Fleet;
  readonly #backdrop: Backdrop;
  readonly #witness: Witness;
  readonly #mirror: Mirror | undefined;
  readonly #rain: Rain | undefined;
  readonly #ground = new THREE.Vector3();

  constructor(setting: Setting) {
    const { picture, rain, light } = setting;
    const night = light === 'night' || light === 'dusk';
    this.#renderer = openRenderer(picture);
    this.#size = this.#renderer.getDrawingBufferSize(new THREE.Vector2());
    this.#camera = poleCamera(setting);
    haloesFace(this.#camera.position);
    const lookingAt = targetOf(setting);
    this.#mirror = rain ? new Mirror(this.#renderer, this.#camera, lookingAt) : undefined;

    const chance = seeded(setting.seed);
    const { sun } = addLight(this.#moving, this.#renderer, setting, chance);
    const standing = buildStanding(setting, night, this.#signals);
    this.#moving.add(standing);
    this.#backdrop = bakeBackdrop({
      renderer: this.#renderer,
      scene: this.#moving,
      camera: this.#camera,
      sun,
      mirror: this.#mirror,
      jitters: setting.averaged,
    });
    this.#moving.remove(standing);
    putOutFarLamps(this.#moving, lookingAt);
    this.#moving.background = null;
    this.#renderer.autoClear = false;
    this.#witness = new Witness(this.#camera, this.#backdrop.standing);

    this.#fleet = new Fleet({ rain }, night);
    this.#moving.add(this.#fleet.group, this.#signals.lenses);
    if (sun) {
      this.#moving.add(shadowCatcher(this.#backdrop.shaded, this.#size));
      this.#moving.add(silentCasters(standing, sun.target.position, 45));
    }
    this.#rain = rain ? new Rain(Math.round(picture.width * 0.4)) : undefined;
  }

  /** Draws the moment into the canvas and says where everybody truly is. */
  draw(moment: Moment): TrueBox[] {
    const near = moment.movers.filter((mover) => this.#mayBeSeen(mover));
    const drawn = this.#fleet.place(near, moment.seconds);
    this.#signals.show(moment.signals);
    if (this.#mirror) {
      this.#renderer.shadowMap.autoUpdate = false;
      this.#mirror.capture(this.#moving);
      this.#renderer.shadowMap.autoUpdate = true;
      this.#backdrop.material.uniforms['seconds']!.value = moment.seconds;
    }
    this.#renderer.clear();
    // The backdrop has no shadows to draw; the moving scene brings its own up to date.
    this.#renderer.render(this.#backdrop.screen, this.#camera);
    this.#renderer.render(this.#moving, this.#camera);
    if (this.#rain) {
      this.#rain.fall();
      this.#renderer.render(this.#rain.scene, this.#camera);
    }
    return this.#witness.look(drawn);
  }

  /** Whether it, or the shadow of it, could reach into the picture: nobody else is made or drawn. */
  #mayBeSeen({ x, y }: Mover): boolean {
    this.#ground.set(x, 1, -y).applyMatrix4(this.#camera.matrixWorldInverse);
    const ahead = -this.#ground.z;
    if (ahead < -8 || ahead > farthestDrawn) return false;
    const halfHeight = Math.max(0, ahead) * Math.tan(THREE.MathUtils.degToRad(this.#camera.fov / 2));
    return (
      Math.abs(this.#ground.x) < halfHeight * this.#camera.aspect + 9 &&
      Math.abs(this.#ground.y) < halfHeight + 9
    );
  }

  /** RGBA, the lowest row first. */
  pixels(): Uint8Array<ArrayBuffer> {
    return readPixels(this.#renderer, this.#size);
  }
}

function openRenderer({ width, height }: Setting['picture']): THREE.WebGLRenderer {
  const renderer = new THREE.WebGLRenderer({ antialias: false, alpha: true, preserveDrawingBuffer: true });
  renderer.setClearColor(0x000000, 0);
  renderer.setSize(width, height, false);
  renderer.shadowMap.enabled = true;
  renderer.shadowMap.type = THREE.PCFSoftShadowMap;
  return renderer;
}

function poleCamera(setting: Setting): THREE.PerspectiveCamera {
  const { x, y, height, verticalFovDegrees } = setting.camera;
  const aspect = setting.picture.width / setting.picture.height;
  const camera = new THREE.PerspectiveCamera(verticalFovDegrees, aspect, 0.5, 900);
  camera.position.set(x, height, -y);
  camera.lookAt(targetOf(setting));
  camera.updateMatrixWorld(true);
  return camera;
}

function targetOf({ camera: { target } }: Setting): THREE.Vector3 {
  return new THREE.Vector3(target.x, target.height, -target.y);
}

function buildStanding(setting: Setting, night: boolean, signals: Signals): THREE.Group {
  const standing = new THREE.Group();
  addRoad(standing, seeded(setting.seed + 1), setting.rain);
  addMarkings(standing, seeded(setting.seed + 2), setting.rain);
  addSurroundings(standing, setting.place, seeded(setting.seed + 3), night);
  addStreetLamps(standing, night);
  standing.add(signals.standing);
  return standing;
}

/** Lamps whose light no vehicle in sight of the camera would show; each costs every pixel of every vehicle. */
function putOutFarLamps(scene: THREE.Scene, lookingAt: THREE.Vector3): void {
  const lamps = scene.children.filter((part) => part instanceof THREE.SpotLight);
  const byDistance = lamps.sort(
    (a, b) => a.position.distanceTo(lookingAt) - b.position.distanceTo(lookingAt),
  );
  scene.remove(...byDistance.slice(6));
}
