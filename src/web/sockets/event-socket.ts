import type { WebSocket } from 'ws';
import type { z } from 'zod';
import type { Clock, Log } from '#base';
import { eventMessage } from '../api/contract/events.ts';
import { encode } from '../api/encode.ts';
import type { EncodedEvent, EventRing } from './event-ring.ts';

export interface EventWish {
  /** The last sequence the client has; undefined: only what comes from now on. */
  readonly after: number | undefined;
  /** The log that sequence is from; undefined: this one. */
  readonly log: string | undefined;
  wanted(event: EncodedEvent): boolean;
}

interface EventSocketDeps {
  readonly ring: EventRing;
  readonly logId: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly heartbeatMs: number;
}

const PAGE = 200;
/** More than this unsent: the client is slow, and what it misses is read from the log when it has caught up. */
const MOST_UNSENT_BYTES = 256 * 1024;
/** A client that takes nothing for so long is gone. */
const STUCK_MS = 60_000;
const TRY_AGAIN = 1013;

/**
 * Serves one subscriber. There is one place in the log where it stands. While it keeps up it gets events as they are
 * committed; when it does not, or has just come, it is led through the log page by page until it stands at its end. Both
 * ways move the same place forward one by one, so between them there is no seam, and nothing is queued for a slow client.
 */
export function serveEvents(socket: WebSocket, wish: EventWish, deps: EventSocketDeps): void {
  const subscriber = new Subscriber(socket, wish, deps);
  const subscription = deps.ring.subscribe(
    (event) => subscriber.live(event),
    (event) => subscriber.unlogged(event),
  );
  const heartbeat = setInterval(() => subscriber.heartbeat(), deps.heartbeatMs);
  socket.on('close', () => {
    subscription.close();
    clearInterval(heartbeat);
  });
  subscriber.begin();
}

class Subscriber {
  readonly #socket: WebSocket;
  readonly #wish: EventWish;
  readonly #deps: EventSocketDeps;
  /** Everything up to here has been sent, or left out because it was not wanted. */
  #place = 0;
  #leading = false;
  #sentSince = true;

  constructor(socket: WebSocket, wish: EventWish, deps: EventSocketDeps) {
    this.#socket = socket;
    this.#wish = wish;
    this.#deps = deps;
  }

  begin(): void {
    const { ring, logId, heartbeatMs } = this.#deps;
    const [oldest, newest] = [ring.oldest(), ring.newest()];
    this.#say({ type: 'hello', log: logId, oldest, newest, heartbeatSeconds: heartbeatMs / 1000 });
    const { after, log } = this.#wish;
    const foreign = (log !== undefined && log !== logId) || (after ?? 0) > newest;
    this.#place = foreign ? 0 : (after ?? newest);
    if (foreign) {
      // Its sequences are of another database, so whatever it has may be something else here.
      this.#say({ type: 'gap', from: 1, to: newest, reason: 'other-log' });
      this.#place = newest;
    }
    void this.#lead();
  }

  live(event: EncodedEvent): void {
    if (this.#leading) return;
    if (event.sequence !== this.#place + 1 || this.#socket.bufferedAmount > MOST_UNSENT_BYTES)
      void this.#lead();
    else this.#pass(event);
  }

  unlogged(event: EncodedEvent): void {
    if (this.#wish.wanted(event) && this.#socket.bufferedAmount < MOST_UNSENT_BYTES)
      this.#socket.send(event.text);
  }

  heartbeat(): void {
    if (!this.#sentSince && !this.#leading)
      this.#say({ type: 'heartbeat', sequence: this.#place, at: this.#deps.clock.now() });
    this.#sentSince = false;
  }

  #pass(event: EncodedEvent): void {
    this.#place = event.sequence;
    if (!this.#wish.wanted(event)) return;
    this.#sentSince = true;
    this.#socket.send(event.text);
  }

  /** Through the log to its end. */
  async #lead(): Promise<void> {
    if (this.#leading) return;
    this.#leading = true;
    try {
      while (this.#isOpen() && this.#place < this.#deps.ring.newest()) {
        const page = await this.#deps.ring.read(this.#place, PAGE);
        if (page.length === 0) break;
        for (const event of page) {
          if (event.sequence > this.#place + 1) this.#gap(event.sequence);
          this.#pass(event);
        }
        await this.#drained();
      }
    } catch (failure) {
      this.#deps.log.warn({ err: failure }, 'the event log could not be read for a subscriber');
      this.#socket.close(TRY_AGAIN, 'the log cannot be read; come back with the last sequence');
    } finally {
      this.#leading = false;
    }
  }

  #gap(next: number): void {
    this.#say({ type: 'gap', from: this.#place + 1, to: next - 1, reason: 'trimmed' });
  }

  /** Resolves when all that was sent has left for the network, or when the client is given up. */
  #drained(): Promise<void> {
    if (this.#socket.bufferedAmount === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const stuck = setTimeout(() => this.#socket.terminate(), STUCK_MS);
      // An empty ping is answered for by its callback when everything before it has been written.
      this.#socket.ping(undefined, undefined, () => {
        clearTimeout(stuck);
        resolve();
      });
    });
  }

  #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  #say(message: z.output<typeof eventMessage>): void {
    this.#sentSince = true;
    this.#socket.send(JSON.stringify(encode(eventMessage, message)));
  }
}
