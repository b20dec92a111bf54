/** What a scene looks like; the same words in the list of scenes and in the page. Plain data. */
export interface Setting {
  readonly place: Place;
  readonly light: Light;
  readonly rain: boolean;
  /** Picks houses, trees and stains. */
  readonly seed: number;
  readonly camera: CameraPose;
  /** Compass bearing the sun stands at, degrees, and its height. */
  readonly sun: { readonly bearing: number; readonly height: number };
  readonly picture: { readonly width: number; readonly height: number };
  /** Pictures of what stands still that are averaged, each moved by part of a pixel: 1 is fast, 8 is smooth. */
  readonly averaged: number;
}

export type Place = 'old-town' | 'boulevard' | 'seafront';
export type Light = 'day' | 'overcast' | 'dusk' | 'night';

/** A pole camera in the ground frame: metres, x east, y north; never rolled. */
export interface CameraPose {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly target: { readonly x: number; readonly y: number; readonly height: number };
  readonly verticalFovDegrees: number;
}
