/** Some pictures are overtaken by newer ones even when there is time for most: no reason to ask for fewer. */
const OVERTAKEN_MOST = 0.1;
const DOWN = 0.85;
const UP = 1.08;
/** With less of the threads' time in use than this there is room for more. */
const ROOM = 0.9;
const LEAST = 0.1;

/**
 * How much of their full rates all cameras may ask for together: a picture that is decoded and then overtaken in line costs processor
 * time that the network could have had. Pure: told once a second what came of the last one.
 */
export class Throttle {
  #share = 1;

  /** 0.1 to 1. */
  get share(): number {
    return this.#share;
  }

  /** Pictures that were decoded and overtaken since the last call, and the share of the threads' time in use. */
  told(decoded: number, overtaken: number, busy: number): void {
    if (decoded > 0 && overtaken / decoded > OVERTAKEN_MOST)
      this.#share = Math.max(LEAST, this.#share * DOWN);
    else if (busy < ROOM) this.#share = Math.min(1, this.#share * UP);
  }
}
