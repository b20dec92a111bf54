import type { Camera } from '#camera';
import type { RuleSettings } from '#rules';

/** `streams.yaml` and what it includes, resolved: nothing left to look up. */
export interface Configuration {
  readonly site: Site;
  readonly domains: readonly Domain[];
  /** In the order of the file, the analysed ones first. */
  readonly cameras: readonly ConfiguredCamera[];
  readonly dialling: Dialling;
  /** Every file that was read, absolute: what to watch for changes. */
  readonly files: readonly string[];
}

export interface Site {
  readonly name: string;
  readonly timezone: string;
  readonly map: { readonly latitude: number; readonly longitude: number; readonly zoom: number } | undefined;
}

export interface Domain {
  readonly id: string;
  readonly name: string;
}

export interface Dialling {
  readonly perSecond: number | undefined;
  readonly atOnce: number | undefined;
  readonly perHost: number | undefined;
}

export interface ConfiguredCamera {
  /** A simulated camera's URL is `rtsp://simulated/<id>` until the simulator has its port. */
  readonly camera: Camera;
  /** Undefined for cameras that are not analysed. */
  readonly rules: RuleSettings | undefined;
  /** The clip to serve as this camera, absolute. */
  readonly simulate: string | undefined;
}
