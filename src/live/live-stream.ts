import type { AccessUnit, Demand } from '#ingest';
import { KeptPictures } from './kept-pictures.ts';
import type { Reading } from './reading.ts';

/** All the hub holds for one stream. */
export class LiveStream {
  readonly kept = new KeptPictures();
  /** Replaced, never changed: a reader may come or go while they are being served. */
  readings: readonly Reading[] = [];
  readonly #tells = new Set<(demand: Demand) => void>();
  readonly #keepSeconds: number[] = [];
  readonly #wanted = { watched: 0, prompt: 0 };
  #demand: Demand = 'kept';
  keepMs = 0;
  /** Some reader may hold on to what it is given. */
  shared = false;

  /** Whether anybody would miss it. */
  get needed(): boolean {
    return this.readings.length > 0 || this.#tells.size > 0 || this.#keepSeconds.length > 0;
  }

  want(demand: 'watched' | 'prompt', by: 1 | -1): void {
    this.#wanted[demand] += by;
    const next = this.#wanted.prompt > 0 ? 'prompt' : this.#wanted.watched > 0 ? 'watched' : 'kept';
    if (next === this.#demand) return;
    this.#demand = next;
    for (const tell of this.#tells) tell(next);
  }

  onDemand(tell: (demand: Demand) => void): void {
    this.#tells.add(tell);
    tell(this.#demand);
  }

  offDemand(tell: (demand: Demand) => void): void {
    this.#tells.delete(tell);
  }

  keep(seconds: number): void {
    this.#keepSeconds.push(seconds);
    this.keepMs = 1000 * Math.max(...this.#keepSeconds);
  }

  unkeep(seconds: number): void {
    this.#keepSeconds.splice(this.#keepSeconds.indexOf(seconds), 1);
    this.keepMs = 1000 * Math.max(0, ...this.#keepSeconds);
    this.kept.shrink(this.keepMs);
  }

  join(reading: Reading): void {
    this.readings = [...this.readings, reading];
    this.#noteSharing();
  }

  leave(reading: Reading): void {
    reading.ended = true;
    this.readings = this.readings.filter((each) => each !== reading);
    this.#noteSharing();
  }

  /** The current group, from its keyframe, for a reader that begins with it. */
  cached(): readonly AccessUnit[] {
    return [...this.kept.current()];
  }

  #noteSharing(): void {
    this.shared = this.readings.some((reading) => reading.options.borrows !== true);
  }
}
