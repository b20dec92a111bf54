import type { EpochMs } from '#base';

/** A step in arrival that no jitter explains: reading was held back, or the stream stood still. */
const MAX_STEP_MS = 2000;

/** Interarrival jitter (RFC 3550 §6.4.1) of pictures, in milliseconds. Only meaningful while bytes are read as they come. */
export class ArrivalJitter {
  #transitMs: number | undefined;
  #jitterMs = 0;

  /** `dts90k`: when the camera had the picture ready, as its timestamps tell. */
  observe(dts90k: number, receivedAt: EpochMs): void {
    const transitMs = receivedAt - dts90k / 90;
    const step = this.#transitMs === undefined ? 0 : Math.abs(transitMs - this.#transitMs);
    this.#transitMs = transitMs;
    if (step < MAX_STEP_MS) this.#jitterMs += (step - this.#jitterMs) / 16;
  }

  /** Forgets the last arrival: what comes next was not read as it came. */
  pause(): void {
    this.#transitMs = undefined;
  }

  get ms(): number {
    return this.#jitterMs;
  }
}
