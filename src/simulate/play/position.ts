import { dts90k, firstPictureFrom, isKeyframe, type PackedClip, pts90k } from '../clip/packed-clip.ts';

/** What a camera plays: a packed clip in an endless loop, its first picture due at `origin90k` after the simulator's start. */
export interface Program {
  readonly packed: PackedClip;
  /** Whole ticks of 90 kHz; may be negative. */
  readonly origin90k: number;
}

/** A place in a program. All times are 90 kHz ticks since the simulator's start and go on growing through every loop. */
export class Position {
  readonly program: Program;
  #loop = 0;
  index = 0;

  /** The first picture that is due at `at90k` or later; with `keyframe` the first keyframe. */
  constructor(program: Program, at90k: number, keyframe: boolean) {
    const { packed, origin90k } = program;
    this.program = program;
    this.#loop = Math.floor((at90k - origin90k) / packed.duration90k);
    this.index = firstPictureFrom(packed, at90k - this.#loopStart90k) - 1;
    this.step();
    if (keyframe) while (!this.keyframe) this.step();
  }

  step(): void {
    this.index++;
    if (this.index < this.program.packed.count) return;
    this.index = 0;
    this.#loop++;
  }

  get keyframe(): boolean {
    return isKeyframe(this.program.packed, this.index);
  }

  get due90k(): number {
    return this.#loopStart90k + dts90k(this.program.packed, this.index);
  }

  /** When it is to be shown, as a running time: what the RTP timestamp says. */
  get presented90k(): number {
    return this.#loopStart90k + pts90k(this.program.packed, this.index);
  }

  /** When it was taken: before it is due, so that a picture that is sent early to be shown late was there already. */
  get captured90k(): number {
    return this.presented90k - this.program.packed.reorder90k;
  }

  get #loopStart90k(): number {
    return this.program.origin90k + this.#loop * this.program.packed.duration90k;
  }
}

/** Seconds into the clip at a time. */
export function clipSeconds({ packed, origin90k }: Program, at90k: number): number {
  const within = (at90k - origin90k) % packed.duration90k;
  return (within < 0 ? within + packed.duration90k : within) / 90_000;
}
