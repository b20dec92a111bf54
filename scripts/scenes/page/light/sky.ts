import * as THREE from 'three';
import type { Seeded } from '../seeded.ts';
import type { Light } from '../setting.ts';

interface Dome {
  readonly horizon: THREE.ColorRepresentation;
  readonly zenith: THREE.ColorRepresentation;
  readonly ground: THREE.ColorRepresentation;
  /** Light of the dome against a clear day. */
  readonly strength: number;
}

const domes: Readonly<Record<Light, Dome>> = {
  day: {
    horizon: new THREE.Color(1.15, 1.2, 1.25),
    zenith: new THREE.Color(0.36, 0.53, 0.9),
    ground: 0x96938f,
    strength: 1,
  },
  overcast: {
    horizon: new THREE.Color(0.9, 0.91, 0.93),
    zenith: new THREE.Color(1.15, 1.16, 1.18),
    ground: 0x96938f,
    strength: 1,
  },
  dusk: {
    horizon: new THREE.Color(1.25, 0.78, 0.5),
    zenith: new THREE.Color(0.22, 0.3, 0.56),
    ground: 0x5c5a58,
    strength: 0.5,
  },
  night: {
    horizon: new THREE.Color(0.1, 0.092, 0.088),
    zenith: new THREE.Color(0.035, 0.036, 0.046),
    ground: 0x2c2a26,
    strength: 1,
  },
};

/**
 * The light from everywhere, as an environment map: dome, ground and a ring of buildings to be mirrored in paint and
 * glass. Nothing did more for how many vehicles the detector finds.
 */
export function skyLight(renderer: THREE.WebGLRenderer, light: Light, chance: Seeded): THREE.Texture {
  const dome = domes[light];
  const scene = new THREE.Scene();
  scene.add(domeMesh(dome));
  for (let i = 0; i < 60; i++) scene.add(distantHouse(chance, light === 'night' ? 0.06 : dome.strength));
  const filter = new THREE.PMREMGenerator(renderer);
  const { texture } = filter.fromScene(scene, 0.01);
  filter.dispose();
  return texture;
}

function domeMesh({ horizon, zenith, ground, strength }: Dome): THREE.Mesh {
  const material = new THREE.ShaderMaterial({
    side: THREE.BackSide,
    uniforms: {
      horizon: { value: new THREE.Color(horizon).multiplyScalar(strength) },
      zenith: { value: new THREE.Color(zenith).multiplyScalar(strength) },
      ground: { value: new THREE.Color(ground).multiplyScalar(strength) },
    },
    vertexShader: `varying vec3 ray;
      void main() { ray = position; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }`,
    fragmentShader: `varying vec3 ray; uniform vec3 horizon, zenith, ground;
      void main() {
        float height = normalize(ray).y;
        vec3 sky = mix(horizon, zenith, pow(clamp(height, 0.0, 1.0), 0.55));
        gl_FragColor = vec4(height < -0.02 ? ground : sky, 1.0);
      }`,
  });
  return new THREE.Mesh(new THREE.SphereGeometry(80, 32, 16), material);
}

function distantHouse(chance: Seeded, strength: number): THREE.Mesh {
  const around = chance.unit() * Math.PI * 2;
  const away = chance.between(22, 40);
  const tall = chance.between(4, 14);
  const colour = new THREE.Color().setHSL(chance.unit(), chance.between(0, 0.25), chance.between(0.12, 0.5));
  const mesh = new THREE.Mesh(
    new THREE.BoxGeometry(chance.between(4, 9), tall, 4),
    new THREE.MeshBasicMaterial({ color: colour.multiplyScalar(strength) }),
  );
  mesh.position.set(Math.cos(around) * away, tall / 2 - 1.5, Math.sin(around) * away);
  mesh.lookAt(0, 0, 0);
  return mesh;
}
