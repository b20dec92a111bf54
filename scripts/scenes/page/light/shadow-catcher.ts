import * as THREE from 'three';
import { junction } from '../../traffic/motion.ts';

/** The road as it receives the shadows of vehicles: where the sun is hidden it shows the backdrop's shaded colours. */
export function shadowCatcher(shaded: THREE.Texture, size: THREE.Vector2): THREE.Mesh {
  const material = new THREE.ShadowMaterial({
    transparent: true,
    depthWrite: false,
    polygonOffset: true,
    polygonOffsetFactor: -4,
    polygonOffsetUnits: -4,
    fog: false,
    toneMapped: false,
  });
  material.onBeforeCompile = (shader) => {
    shader.uniforms['shaded'] = { value: shaded };
    shader.uniforms['size'] = { value: size };
    shader.fragmentShader = `uniform sampler2D shaded; uniform vec2 size;\n${shader.fragmentShader}`
      .replace(
        /gl_FragColor\s*=[^;]*;/,
        'gl_FragColor = vec4(texture2D(shaded, gl_FragCoord.xy / size).rgb, 1.0 - getShadowMask());',
      )
      // The backdrop's colours are finished already.
      .replace('#include <tonemapping_fragment>', '')
      .replace('#include <colorspace_fragment>', '');
  };
  const { main } = junction.reach;
  const catcher = new THREE.Mesh(new THREE.PlaneGeometry(120, main).rotateX(-Math.PI / 2), material);
  catcher.position.y = 0.015;
  catcher.receiveShadow = true;
  catcher.renderOrder = -1;
  return catcher;
}

/** Drawn nowhere, but casting: the houses nearby shade the vehicles in front of them. */
export function silentCasters(standing: THREE.Object3D, near: THREE.Vector3, within: number): THREE.Group {
  const nowhere = new THREE.ShaderMaterial({
    vertexShader: 'void main() { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); }',
    fragmentShader: 'void main() { gl_FragColor = vec4(0.0); }',
    colorWrite: false,
    depthWrite: false,
  });
  const casters = new THREE.Group();
  const at = new THREE.Vector3();
  standing.updateMatrixWorld(true);
  standing.traverse((part) => {
    if (!(part instanceof THREE.Mesh) || !part.castShadow || part instanceof THREE.InstancedMesh) return;
    if (!(part.geometry instanceof THREE.BoxGeometry) || part.geometry.parameters.height < 5) return;
    if (part.getWorldPosition(at).distanceTo(near) > within) return;
    const caster = part.clone(false);
    caster.material = nowhere;
    caster.matrixAutoUpdate = false;
    caster.matrix.copy(part.matrixWorld);
    casters.add(caster);
  });
  return casters;
}
