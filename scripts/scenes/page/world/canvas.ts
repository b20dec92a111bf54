import * as THREE from 'three';

export type Pen = CanvasRenderingContext2D;

/** A picture drawn by `draw`, as a texture that repeats. */
export function painted(width: number, height: number, draw: (pen: Pen) => void): THREE.CanvasTexture {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  draw(canvas.getContext('2d', { willReadFrequently: true })!);
  const texture = new THREE.CanvasTexture(canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.anisotropy = 8;
  return texture;
}
