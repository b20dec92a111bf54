import * as THREE from 'three';

/**
 * What a wet road mirrors: the scene seen by a camera below the ground, whose picture is that of the real camera
 * turned left to right.
 */
export class Mirror {
  readonly texture: THREE.FramebufferTexture;
  readonly #renderer: THREE.WebGLRenderer;
  readonly #camera: THREE.PerspectiveCamera;

  constructor(renderer: THREE.WebGLRenderer, camera: THREE.PerspectiveCamera, lookingAt: THREE.Vector3) {
    this.#renderer = renderer;
    const size = renderer.getDrawingBufferSize(new THREE.Vector2());
    this.texture = new THREE.FramebufferTexture(size.x, size.y);
    this.texture.minFilter = this.texture.magFilter = THREE.LinearFilter;
    this.#camera = camera.clone();
    this.#camera.position.y = -camera.position.y;
    this.#camera.up.set(0, -1, 0);
    this.#camera.lookAt(lookingAt.x, -lookingAt.y, lookingAt.z);
    this.#camera.updateMatrixWorld(true);
  }

  /** Draws `scene` from below; covers what it can see with alpha 1. Leaves the frame buffer dirty. */
  capture(scene: THREE.Scene): void {
    const { background } = scene;
    scene.background = null;
    this.#renderer.clear();
    this.#renderer.render(scene, this.#camera);
    this.#renderer.copyFramebufferToTexture(this.texture);
    scene.background = background;
  }
}

export function mirrorUniforms(camera: THREE.PerspectiveCamera, mirror: Mirror | undefined) {
  if (!mirror) return {};
  camera.updateMatrixWorld(true);
  const unproject = camera.projectionMatrixInverse.clone().premultiply(camera.matrixWorld);
  return {
    mirror: { value: mirror.texture },
    unproject: { value: unproject },
    eye: { value: camera.position.clone() },
    seconds: { value: 0 },
    steady: { value: 0 },
  };
}

/** A smeared mirror picture, stronger the flatter the view and rippled by drops, on what is level with the road. */
export const mirrorChunk = `
  #ifdef WET
  uniform sampler2D mirror; uniform mat4 unproject; uniform vec3 eye; uniform float seconds, steady;
  float scatter(vec2 p) { return fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453); }
  float puddle(vec2 p) {
    vec2 cell = floor(p), f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(scatter(cell), scatter(cell + vec2(1, 0)), f.x), mix(scatter(cell + vec2(0, 1)), scatter(cell + vec2(1, 1)), f.x), f.y);
  }
  vec3 mirrored(vec3 colour, vec2 at, float far) {
    vec4 p = unproject * vec4(vec3(at, far) * 2.0 - 1.0, 1.0);
    vec3 place = p.xyz / p.w;
    if (place.y > 0.08) return colour;
    vec3 ray = normalize(place - eye);
    float flatness = pow(1.0 + ray.y, 3.0);
    float wet = 0.45 + 0.55 * smoothstep(0.35, 0.65, puddle(place.xz * 0.35) * 0.6 + puddle(place.xz * 1.1) * 0.4);
    float ripple = (scatter(floor(place.xz * 9.0) + floor(seconds * 15.0)) - 0.5) * (1.0 - steady);
    vec4 sum = vec4(0.0);
    for (int i = 0; i < 9; i++) {
      float smear = (float(i) - 2.5) * 0.006 * (0.6 + 0.8 * scatter(at * 640.0 + float(i)));
      vec4 tap = texture2D(mirror, vec2(1.0 - at.x + ripple * 0.004, at.y + smear));
      sum += vec4(tap.rgb, tap.a);
    }
    sum /= 9.0;
    float share = clamp((0.07 + 0.6 * flatness) * wet, 0.0, 0.75) * sum.a;
    return mix(colour, sum.rgb / max(sum.a, 0.001), share);
  }
  #endif`;
