import type { Socket } from 'node:net';
import type { Lifetime } from '#base';
import type { Shaper } from './shaper.ts';

/**
 * What goes out on one connection, answers and pictures in one order. The kernel's buffer comes first, then at most `limitBytes`
 * here: who sends pictures looks at `full` and leaves them out.
 */
export class Outbox implements Lifetime {
  readonly #socket: Socket;
  readonly #limitBytes: number;
  #shaper: Shaper | undefined;
  #dead = false;
  /** While the road is cut nothing leaves; what is written then is lost. */
  held = false;

  constructor(socket: Socket, limitBytes: number) {
    this.#socket = socket;
    this.#limitBytes = limitBytes;
  }

  /** `true`: the bytes are copied or gone, their memory may be used again. */
  write(bytes: Buffer): boolean {
    if (this.#dead || this.held) return true;
    if (this.#shaper === undefined) return this.#pass(bytes);
    this.#shaper.push(Buffer.from(bytes));
    return true;
  }

  get waitingBytes(): number {
    return this.#socket.writableLength + (this.#shaper?.waitingBytes ?? 0);
  }

  get full(): boolean {
    return this.#dead || this.held || this.waitingBytes > this.#limitBytes;
  }

  /** Puts a bad road in front of the socket; what an earlier one still holds goes out first. */
  shape(make: ((pass: (bytes: Buffer) => void) => Shaper) | undefined): void {
    this.#shaper?.close();
    this.#shaper = make?.((bytes) => void this.#pass(bytes));
  }

  /** From now on nothing leaves any more, and nobody is told. */
  fallSilent(): void {
    this.#dead = true;
  }

  close(): void {
    this.#dead = true;
    this.shape(undefined);
  }

  #pass(bytes: Buffer): boolean {
    if (this.#dead || !this.#socket.writable) return true;
    this.#socket.write(bytes);
    return this.#socket.writableLength === 0;
  }
}
