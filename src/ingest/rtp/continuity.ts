/** What a stream has seen in all its connections: each goes on counting where the one before stopped. */
export interface PictureCounts {
  pictures: number;
  picturesDamaged: number;
  /** The next picture's `sequence`, whether it comes out or is dropped. */
  sequence: number;
}

/** What is missing from a stream: whether pictures may come out, and how many have not. */
export class Continuity {
  readonly #counts: PictureCounts;
  /** Why pictures are dropped until a keyframe: nothing to build on yet, or something was lost. */
  #waitingAfter: 'start' | 'loss' | 'nothing' = 'start';
  #lossJustNow = false;
  /** No picture has been counted as damaged for the last loss. */
  #lossUncounted = false;
  /** Packets are missing right before the picture at hand, perhaps its own parameter sets. */
  lossBefore = false;
  /** The next picture that comes out does not follow the last one. */
  broken = true;

  constructor(counts: PictureCounts) {
    this.#counts = counts;
  }

  /** Only a keyframe may come out. */
  get waiting(): boolean {
    return this.#waitingAfter !== 'nothing';
  }

  /** Packets are missing before the next; `within`: some of the picture at hand had come. */
  lost(within: boolean): void {
    this.#lossJustNow = true;
    if (!within) this.#noteUncounted();
    this.waitForKeyframe();
  }

  packetCame(): void {
    this.#lossJustNow = false;
  }

  pictureBegins(): void {
    this.lossBefore = this.#lossJustNow;
  }

  waitForKeyframe(): void {
    if (this.#waitingAfter === 'nothing') this.#waitingAfter = 'loss';
    this.broken = true;
  }

  /** A damaged picture is gone of which no slice was seen. */
  vanished(): void {
    this.#noteUncounted();
  }

  /** A picture misses nothing from its first slice on: then what was lost before it was another's, or more than one's. One is counted. */
  complete(): void {
    if (this.#lossUncounted) this.#countDamaged();
  }

  /** A picture is left out. */
  dropped(): void {
    if (this.#waitingAfter === 'start') return;
    this.#countDamaged();
    this.waitForKeyframe();
  }

  /** A picture comes out; gives its sequence number. */
  cameOut(): number {
    this.#waitingAfter = 'nothing';
    this.broken = false;
    this.#counts.pictures++;
    return this.#counts.sequence++;
  }

  #noteUncounted(): void {
    if (this.#waitingAfter !== 'start') this.#lossUncounted = true;
  }

  #countDamaged(): void {
    this.#lossUncounted = false;
    this.#counts.picturesDamaged++;
    this.#counts.sequence++;
  }
}
