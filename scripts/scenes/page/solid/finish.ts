import * as THREE from 'three';

/** How a surface takes the light. `lit` glows by itself. */
export type Finish = 'paint' | 'glass' | 'metal' | 'matte' | 'satin' | 'lit';

/**
 * One material a finish, shared by everything: colours are in the vertices, so that a vehicle is five draws.
 * What made the detector believe the bodies is the sky in clear coat and glass.
 */
export const finishes: Readonly<Record<Finish, THREE.Material>> = {
  paint: new THREE.MeshPhysicalMaterial({
    vertexColors: true,
    metalness: 0.12,
    roughness: 0.42,
    clearcoat: 1,
    clearcoatRoughness: 0.07,
  }),
  glass: new THREE.MeshStandardMaterial({ vertexColors: true, metalness: 0.72, roughness: 0.1 }),
  metal: new THREE.MeshStandardMaterial({ vertexColors: true, metalness: 0.9, roughness: 0.34 }),
  matte: new THREE.MeshStandardMaterial({ vertexColors: true, metalness: 0, roughness: 0.86 }),
  satin: new THREE.MeshStandardMaterial({ vertexColors: true, metalness: 0, roughness: 0.46 }),
  lit: new THREE.MeshBasicMaterial({ vertexColors: true, toneMapped: false }),
};
