import type { Socket } from 'node:net';
import type { Camera } from '../camera.ts';
import { type Effects, type Fault, NO_EFFECTS } from '../fault/fault.ts';
import { Outbox } from '../play/outbox.ts';
import type { Stage } from '../play/player.ts';
import { Shaper, type Shaping } from '../play/shaper.ts';
import { random } from '../random.ts';
import type { Accepted } from './listeners.ts';
import { RequestReader, type RtspRequest } from './request-reader.ts';
import { formatResponse, type RtspResponse } from './response.ts';
import { type Addressed, RtspSession } from './session.ts';

/** What a connection finds around it. */
export interface Site {
  readonly stage: Stage;
  readonly queueBytes: number;
  find(host: string, url: string): Addressed | undefined;
  /** Open sessions of all cameras under this one limit. */
  sessionsUnder(limit: Fault): number;
}

const MOST_REQUESTS_WAITING = 32;
const MOST_ANSWER_BYTES = 64 * 1024;

/** Without a session, a connection on which nothing is asked for so long is closed. */
const IDLE_SECONDS = 60;

/** One accepted TCP connection: reads requests, lets the camera's faults have their way, answers in order. */
export class Connection {
  readonly host: string;
  readonly #site: Site;
  readonly #socket: Socket;
  readonly #resetTcp: () => void;
  readonly #outbox: Outbox;
  readonly #reader = new RequestReader();
  readonly #waiting: RtspRequest[] = [];
  #camera: Camera | undefined;
  #session: RtspSession | undefined;
  #delay: NodeJS.Timeout | undefined;
  #shapedBy: Effects[keyof Effects];
  #lastHeardMs: number;
  #halfOpen = false;
  #givenUp = false;

  constructor(site: Site, { socket, host, reset }: Accepted) {
    this.#site = site;
    this.#socket = socket;
    this.#resetTcp = reset;
    this.host = host;
    this.#outbox = new Outbox(socket, site.queueBytes);
    this.#lastHeardMs = site.stage.clock.monotonicMs();
    socket.on('data', (chunk: Buffer) => this.#data(chunk));
    socket.on('close', () => this.#closed());
    // A client that goes away is no error here; `close` follows.
    socket.on('error', () => undefined);
  }

  get hasSession(): boolean {
    return this.#session?.isOpen === true;
  }

  /** Moves the RTP timestamps of what is playing. */
  jump(seconds: number): void {
    this.#session?.player?.jump(seconds);
  }

  reset(how: 'rst' | 'fin' = 'rst'): void {
    if (this.#socket.destroyed) return;
    this.#site.stage.tally.reset++;
    if (how === 'fin') this.#socket.destroy();
    else this.#resetTcp();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** Told whenever the faults of its camera change. */
  effectsChanged(): void {
    const effects = this.#camera?.effects ?? NO_EFFECTS;
    if (effects['half-open'] !== undefined) this.#becomeHalfOpen();
    // The camera has come back and knows nothing of the old connection.
    else if (this.#halfOpen) this.reset();
    this.#cut(effects.unreachable !== undefined);
    this.#shape(effects);
  }

  /** About twice a second. */
  check(nowMs: number): void {
    const { effects, options } = this.#camera ?? { effects: NO_EFFECTS, options: undefined };
    if (this.#givenUp) this.#socket.destroy();
    if (this.#halfOpen || this.#outbox.held || effects.mute !== undefined) return;
    const playingSince = this.#session?.player?.startedMs ?? nowMs;
    const { reset } = effects;
    if (reset?.afterPlayingSeconds !== undefined && nowMs - playingSince >= reset.afterPlayingSeconds * 1000)
      this.reset(reset.how);
    const timeoutSeconds = (this.hasSession && options?.sessionTimeoutSeconds) || IDLE_SECONDS;
    if (nowMs - this.#lastHeardMs > timeoutSeconds * 1000) this.#timeOut();
  }

  #timeOut(): void {
    if (this.hasSession) this.#camera!.counters.sessionsTimedOut++;
    this.#site.stage.tally.timedOut++;
    this.#socket.destroy();
  }

  #data(chunk: Buffer): void {
    if (this.#halfOpen || this.#givenUp) return;
    this.#lastHeardMs = this.#site.stage.clock.monotonicMs();
    let understood = true;
    for (const incoming of this.#reader.push(chunk)) {
      if (incoming.kind === 'request') this.#waiting.push(incoming.request);
      understood &&= incoming.kind !== 'malformed';
    }
    this.#serve();
    if (!understood || this.#waiting.length > MOST_REQUESTS_WAITING) this.#giveUp();
  }

  #giveUp(): void {
    this.#site.stage.tally.malformed++;
    this.#givenUp = true;
    this.#session?.close();
    this.#respond({ status: 400 }, '');
    this.#socket.end();
  }

  #serve(): void {
    while (this.#delay === undefined && !this.#socket.destroyed && !this.#halfOpen) {
      const request = this.#waiting.shift();
      if (request === undefined) return;
      this.#receive(request);
    }
  }

  #receive(request: RtspRequest): void {
    const addressed = this.#site.find(this.host, request.url);
    if (this.#camera === undefined && addressed !== undefined) this.#attach(addressed.camera);
    if (addressed === undefined)
      this.#respond({ status: request.method === 'OPTIONS' ? 200 : 404 }, request.cseq);
    // One connection, one camera: a second one would share its channels.
    else if (addressed.camera !== this.#camera) this.#respond({ status: 455 }, request.cseq);
    else if (!this.#isTurnedAway(addressed.camera.effects, request)) this.#answerInTime(addressed, request);
  }

  #attach(camera: Camera): void {
    this.#camera = camera;
    this.#session = new RtspSession(this.#site.stage, camera, this.#outbox);
    camera.connections.add(this);
    this.effectsChanged();
  }

  /** Faults that leave a request without any answer. */
  #isTurnedAway(effects: Effects, request: RtspRequest): boolean {
    const { refuse, mute } = effects;
    const limit = effects['limit-sessions'];
    const overLimit = limit?.how === 'reset' && !this.hasSession && this.#isOver(limit);
    if (refuse !== undefined || (overLimit && request.method !== 'OPTIONS')) {
      this.#site.stage.tally.refused++;
      this.#resetTcp();
      return true;
    }
    return mute !== undefined || this.#halfOpen;
  }

  #isOver(limit: NonNullable<Effects['limit-sessions']>): boolean {
    return this.#site.sessionsUnder(limit) >= limit.sessions;
  }

  #answerInTime(addressed: Addressed, request: RtspRequest): void {
    const slow = addressed.camera.effects['slow-answer'];
    const answer = () => this.#respond(this.#answer(addressed, request), request.cseq);
    if (!slow?.methods.some((method) => method === request.method)) answer();
    else
      this.#delay = setTimeout(() => {
        this.#delay = undefined;
        answer();
        this.#serve();
      }, slow.delayMs);
  }

  #answer({ camera, track }: Addressed, request: RtspRequest): RtspResponse {
    const limit = camera.effects['limit-sessions'];
    const full = request.method === 'SETUP' && limit !== undefined && !this.hasSession && this.#isOver(limit);
    if (!full) return this.#session!.answer(request, track);
    this.#site.stage.tally.refused++;
    return { status: 453 };
  }

  #respond(response: RtspResponse, cseq: string): void {
    // A client that asks and never reads must not fill the memory.
    if (this.#outbox.waitingBytes > this.#site.queueBytes + MOST_ANSWER_BYTES) this.#socket.destroy();
    else this.#outbox.write(formatResponse(response, cseq));
  }

  #becomeHalfOpen(): void {
    if (this.#halfOpen) return;
    this.#halfOpen = true;
    this.#outbox.fallSilent();
    this.#socket.pause();
  }

  /** Both ends still believe in the connection; when the road is back it goes on. */
  #cut(cut: boolean): void {
    if (cut === this.#outbox.held || this.#halfOpen) return;
    this.#outbox.held = cut;
    this.#lastHeardMs = this.#site.stage.clock.monotonicMs();
    if (cut) this.#socket.pause();
    else this.#socket.resume();
  }

  #shape(effects: Effects): void {
    const { trickle, bandwidth, jitter, bursts } = effects;
    const by = trickle ?? bandwidth ?? jitter ?? bursts;
    if (by === this.#shapedBy) return;
    this.#shapedBy = by;
    const shaping = by && shapingOf(by);
    const { clock } = this.#site.stage;
    const seed = (jitter?.seed ?? 1) + (this.#camera?.index ?? 0);
    this.#outbox.shape(shaping && ((pass) => new Shaper(shaping, clock, random(seed), pass)));
  }

  #closed(): void {
    clearTimeout(this.#delay);
    this.#waiting.length = 0;
    this.#session?.close();
    this.#camera?.connections.delete(this);
    this.#outbox.close();
  }
}

type Shapers = NonNullable<Effects['trickle' | 'bandwidth' | 'jitter' | 'bursts']>;

function shapingOf(fault: Shapers): Shaping {
  switch (fault.fault) {
    case 'trickle':
      return { kind: 'rate', bytesPerSecond: fault.bytesPerSecond };
    case 'bandwidth':
      return { kind: 'rate', bytesPerSecond: fault.kbitPerSecond * 125 };
    case 'jitter':
      return { kind: 'jitter', maxMs: fault.maxMs };
    case 'bursts':
      return { kind: 'bursts', periodMs: fault.periodMs };
  }
}
