import * as THREE from 'three';
import { type Mirror, mirrorChunk, mirrorUniforms } from './light/mirror.ts';
import { Witness } from './truth/witness.ts';

/** Everything that stands still, drawn once: its colours with and without the sun, and how far away it is. */
export interface Backdrop {
  /** Fills the picture with colours and depth. */
  readonly screen: THREE.Scene;
  /** Colours in the shade, for the shadows that vehicles cast. */
  readonly shaded: THREE.Texture;
  /** Metres along the camera's axis on the witness' grid. */
  readonly standing: Float32Array;
  readonly material: THREE.ShaderMaterial;
}

interface BakeInput {
  readonly renderer: THREE.WebGLRenderer;
  readonly scene: THREE.Scene;
  readonly camera: THREE.PerspectiveCamera;
  readonly sun: THREE.DirectionalLight | undefined;
  readonly mirror: Mirror | undefined;
  /** Pictures to average: nothing that stands still ever flickers. */
  readonly jitters: number;
}

export function bakeBackdrop(input: BakeInput): Backdrop {
  const { renderer, scene, camera, sun, mirror } = input;
  const size = renderer.getDrawingBufferSize(new THREE.Vector2());
  const depth = depthOf(renderer, scene, camera, size);
  const lit = averaged(input, size);
  let shaded = lit;
  if (sun) {
    const full = sun.intensity;
    sun.intensity = 1e-6;
    shaded = averaged(input, size);
    sun.intensity = full;
  }
  const material = screenMaterial(lit, depth, camera, mirror);
  const screen = new THREE.Scene();
  const sheet = new THREE.Mesh(new THREE.PlaneGeometry(2, 2), material);
  sheet.frustumCulled = false;
  screen.add(sheet);
  if (mirror) {
    // What stands still is mirrored in the wet road too: once, into both pictures.
    mirror.capture(scene);
    material.uniforms['steady']!.value = 1;
    const wetOf = (texture: THREE.Texture) => {
      material.uniforms['colours']!.value = texture;
      renderer.render(screen, camera);
      return textureOf(readPixels(renderer, size), size);
    };
    shaded = sun ? wetOf(shaded) : shaded;
    material.uniforms['colours']!.value = wetOf(lit);
    material.uniforms['steady']!.value = 0;
  }
  return { screen, shaded, standing: standingDepth(renderer, depth, camera), material };
}

function averaged({ renderer, scene, camera, jitters }: BakeInput, size: THREE.Vector2): THREE.DataTexture {
  const sum = new Float32Array(size.x * size.y * 4);
  for (let i = 0; i < jitters; i++) {
    const [dx, dy] = [(i + 0.5) / jitters - 0.5, ((i * 5) % jitters) / jitters - 0.5 + 0.5 / jitters];
    camera.setViewOffset(size.x, size.y, dx, dy, size.x, size.y);
    renderer.render(scene, camera);
    readPixels(renderer, size).forEach((value, k) => {
      sum[k]! += value;
    });
  }
  camera.clearViewOffset();
  return textureOf(
    Uint8Array.from(sum, (value) => Math.round(value / jitters)),
    size,
  );
}

export function readPixels(renderer: THREE.WebGLRenderer, size: THREE.Vector2): Uint8Array<ArrayBuffer> {
  const gl = renderer.getContext();
  const pixels = new Uint8Array(size.x * size.y * 4);
  gl.readPixels(0, 0, size.x, size.y, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  return pixels;
}

function textureOf(pixels: Uint8Array<ArrayBuffer>, size: THREE.Vector2): THREE.DataTexture {
  const texture = new THREE.DataTexture(pixels, size.x, size.y);
  texture.minFilter = texture.magFilter = THREE.NearestFilter;
  texture.needsUpdate = true;
  return texture;
}

function depthOf(
  renderer: THREE.WebGLRenderer,
  scene: THREE.Scene,
  camera: THREE.Camera,
  size: THREE.Vector2,
): THREE.DepthTexture {
  const depthTexture = new THREE.DepthTexture(size.x, size.y, THREE.UnsignedIntType);
  const target = new THREE.WebGLRenderTarget(size.x, size.y, { depthTexture });
  renderer.setRenderTarget(target);
  renderer.clear();
  renderer.render(scene, camera);
  renderer.setRenderTarget(null);
  return depthTexture;
}

const covering = `varying vec2 at;
  void main() { at = uv; gl_Position = vec4(position.xy, 0.0, 1.0); }`;

function screenMaterial(
  colours: THREE.Texture,
  depth: THREE.Texture,
  camera: THREE.PerspectiveCamera,
  mirror: Mirror | undefined,
): THREE.ShaderMaterial {
  return new THREE.ShaderMaterial({
    depthFunc: THREE.AlwaysDepth,
    uniforms: { colours: { value: colours }, depth: { value: depth }, ...mirrorUniforms(camera, mirror) },
    defines: mirror ? { WET: '' } : {},
    vertexShader: covering,
    fragmentShader: `varying vec2 at; uniform sampler2D colours, depth;
      ${mirrorChunk}
      void main() {
        float far = texture2D(depth, at).r;
        vec3 colour = texture2D(colours, at).rgb;
        #ifdef WET
          colour = mirrored(colour, at, far);
        #endif
        gl_FragColor = vec4(colour, 1.0);
        gl_FragDepth = far;
      }`,
  });
}

/** The depth buffer in metres on the witness' coarse grid. */
function standingDepth(
  renderer: THREE.WebGLRenderer,
  depth: THREE.Texture,
  camera: THREE.PerspectiveCamera,
): Float32Array {
  const { width, height } = Witness.grid;
  const target = new THREE.WebGLRenderTarget(width, height, {
    type: THREE.FloatType,
    minFilter: THREE.NearestFilter,
    magFilter: THREE.NearestFilter,
  });
  const sheet = new THREE.Mesh(
    new THREE.PlaneGeometry(2, 2),
    new THREE.ShaderMaterial({
      uniforms: { depth: { value: depth }, near: { value: camera.near }, far: { value: camera.far } },
      vertexShader: covering,
      fragmentShader: `varying vec2 at; uniform sampler2D depth; uniform float near, far;
        void main() {
          float z = texture2D(depth, at).r;
          gl_FragColor = vec4(near * far / (far - z * (far - near)));
        }`,
    }),
  );
  sheet.frustumCulled = false;
  const scene = new THREE.Scene();
  scene.add(sheet);
  renderer.setRenderTarget(target);
  renderer.render(scene, camera);
  const values = new Float32Array(width * height * 4);
  renderer.readRenderTargetPixels(target, 0, 0, width, height, values);
  renderer.setRenderTarget(null);
  target.dispose();
  return Float32Array.from({ length: width * height }, (_, i) => {
    const [column, row] = [i % width, Math.floor(i / width)];
    return values[((height - 1 - row) * width + column) * 4]!;
  });
}
