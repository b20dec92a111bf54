import { NgatuError } from '#base';

/** So many at a time, a few more may wait, the rest is refused. */
export class Turns {
  readonly #most: number;
  readonly #mayWait: number;
  readonly #queue: (() => void)[] = [];
  running = 0;
  refused = 0;

  constructor(most: number, mayWait: number) {
    this.#most = most;
    this.#mayWait = mayWait;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Rejects with `DECODERS_BUSY` at once when too many wait already. */
  async begin(): Promise<void> {
    if (this.running < this.#most) {
      this.running++;
      return;
    }
    if (this.#queue.length >= this.#mayWait) {
      this.refused++;
      throw busy(this.#mayWait);
    }
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  /** A turn is passed from one to the next without being free in between, so that nobody jumps the queue. */
  end(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.running--;
    else next();
  }
}

function busy(waiting: number): NgatuError {
  return new NgatuError(
    'DECODERS_BUSY',
    `All decoders are busy and ${waiting} pictures wait already; try again.`,
    {
      kind: 'transient',
    },
  );
}
