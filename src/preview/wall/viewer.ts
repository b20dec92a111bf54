import type { Lifetime } from '#base';
import type { CameraId } from '#camera';
import type { VideoCodec } from '#ingest';
import type { WallErrorCode, WallReply, WallRequest, WatchRequest } from '../wall-messages.ts';
import { Allowance } from './allowance.ts';
import { Channel, type ChannelDeps, type Road } from './channel.ts';
import { readRequest } from './client-message.ts';
import { Outbox, type OutboxBuffers } from './outbox.ts';
import type { WallConnection, WallDeps, WallLimits, WallSocket, WallStream, WallViewer } from './port.ts';
import { SendWindow } from './send-window.ts';

export interface ViewerDeps extends ChannelDeps, Pick<WallDeps, 'clock' | 'watchState'> {
  readonly limits: WallLimits;
  readonly counts: WallCounts;
  readonly buffers: OutboxBuffers;
  /** Have `flush` called once, after everything of this turn of the event loop. */
  readonly flushLater: (viewer: Viewer) => void;
}

/** Added up over all viewers, also those that have left. */
export interface WallCounts {
  picturesSent: number;
  bytesSent: number;
  picturesDropped: number;
  viewersCutOff: number;
  requestsRefused: number;
}

interface Tile {
  readonly channel: Channel;
  readonly state: Lifetime;
}

const OPEN = 1;
/** RFC 6455 §7.4.1: policy violation. */
const POLICY_VIOLATION = 1008;
const MOST_UNANSWERED = 1000;
const CODECS: Readonly<Record<VideoCodec, RegExp>> = {
  h264: /^(h264|avc[13](\..*)?)$/,
  h265: /^(h265|(hvc|hev)1(\..*)?)$/,
};

/** One operator's socket: the requests that come, the channels it watches, and the road on which they take turns. */
export class Viewer implements Road {
  readonly #socket: WallSocket;
  readonly #who: WallViewer;
  readonly #outbox: Outbox;
  readonly #deps: ViewerDeps;
  readonly #window: SendWindow;
  readonly #requests: Allowance;
  readonly #complaints = new Allowance(16, 1);
  readonly #tiles = new Map<number, Tile>();
  readonly #waiting = new Set<Channel>();
  /** A program that says nothing takes the camera's own pictures; browsers say what they play. */
  #codecs: ReadonlySet<VideoCodec> = new Set(['h264', 'h265']);
  #turn: Channel | undefined;
  #unanswered = 0;
  #flushing = false;
  #closed = false;

  constructor(socket: WallSocket, who: WallViewer, connection: WallConnection, deps: ViewerDeps) {
    this.#socket = socket;
    this.#who = who;
    this.#outbox = new Outbox(connection, deps.buffers);
    this.#deps = deps;
    this.#window = new SendWindow(deps.limits.window);
    this.#requests = new Allowance(deps.limits.requestsAtOnce, deps.limits.requestsPerSecond);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', (data) => this.#pong(data));
    this.#touch();
  }

  get channels(): number {
    return this.#tiles.size;
  }

  get isBehind(): boolean {
    return this.#waiting.size > 0;
  }

  get nowMs(): number {
    return this.#deps.clock.monotonicMs();
  }

  accepts(codec: VideoCodec): boolean {
    return this.#codecs.has(codec);
  }

  isFreeFor(channel: Channel, group: boolean): boolean {
    if (channel !== this.#turn) return this.#waiting.size === 0 && this.#window.isOpen(this.nowMs);
    return group ? this.#window.isOpenForGroup(this.nowMs) : this.#window.isOpen(this.nowMs);
  }

  wait(channel: Channel): void {
    this.#waiting.add(channel);
    this.#touch();
  }

  tell(message: WallReply): void {
    if (this.#socket.readyState !== OPEN) return;
    this.#touch();
    this.#window.sent(this.#outbox.text(JSON.stringify(message)));
  }

  send(header: Buffer, first: Buffer, second?: Buffer): void {
    if (this.#socket.readyState !== OPEN) return;
    this.#touch();
    const bytes = this.#outbox.binary(header, first, second);
    this.#window.sent(bytes);
    this.#deps.counts.bytesSent += bytes;
  }

  countPicture(): void {
    this.#deps.counts.picturesSent++;
  }

  countDropped(pictures: number): void {
    this.#deps.counts.picturesDropped += pictures;
  }

  /** Lets waiting channels take their turns, then hands everything to the kernel at once. */
  flush(): void {
    this.#serveWaiting();
    this.#flushing = false;
    if (this.#socket.readyState !== OPEN) {
      this.#outbox.discard();
      return;
    }
    const probe = this.#window.probe(this.nowMs);
    if (probe !== undefined) this.#outbox.ping(probe);
    this.#outbox.flush();
  }

  /** Once a second or so: pings, cuts off who no longer answers, and looks again at what may be seen. */
  tick(): void {
    if (this.#window.stalledMs(this.nowMs) > this.#deps.limits.silentMs) {
      this.#deps.counts.viewersCutOff++;
      this.#socket.terminate();
      return;
    }
    for (const { channel } of this.#tiles.values()) {
      if (this.#streamsFor(channel.camera, channel.number) === undefined) this.#unwatch(channel.number);
      else channel.tick();
    }
    this.#touch();
  }

  close(): void {
    this.#closed = true;
    for (const number of [...this.#tiles.keys()]) this.#unwatch(number);
    this.#waiting.clear();
  }

  #touch(): void {
    if (this.#flushing || this.#closed) return;
    this.#flushing = true;
    this.#deps.flushLater(this);
  }

  /** The channel whose last picture is the oldest comes first, so that all get their share of a slow road. */
  #serveWaiting(): void {
    while (this.#waiting.size > 0 && this.#window.isOpen(this.nowMs)) {
      let next: Channel | undefined;
      for (const channel of this.#waiting)
        if (next === undefined || channel.sentAtMs < next.sentAtMs) next = channel;
      this.#waiting.delete(next!);
      this.#turn = next;
      next!.serve();
      this.#turn = undefined;
      if (next!.waits) this.#waiting.add(next!);
    }
  }

  #pong(data: Buffer): void {
    if (data.length !== 4) return;
    this.#window.answered(data.readUInt32BE(0), this.nowMs);
    if (this.#waiting.size > 0) this.#touch();
  }

  #receive(data: unknown, isBinary: boolean): void {
    if (this.#closed) return;
    if (!this.#requests.take(this.nowMs))
      this.#complain('TOO_MANY_MESSAGES', 'More requests than this server takes; this one was ignored.');
    else if (isBinary) this.#complain('BAD_MESSAGE', 'Expected text, got a binary message.');
    else this.#read(String(data));
  }

  #read(text: string): void {
    const read = readRequest(text);
    if (read.ok) this.#obey(read.request);
    else this.#complain('BAD_MESSAGE', read.problem, read.channel);
  }

  #obey(request: WallRequest): void {
    if (request.type === 'watch') this.#watch(request);
    else if (request.type === 'unwatch') this.#unwatch(request.channel);
    else this.#codecs = acceptedCodecs(request.codecs);
  }

  #watch(request: WatchRequest): void {
    const there = this.#tiles.get(request.channel)?.channel;
    const streams = this.#streamsFor(request.camera, request.channel);
    if (streams !== undefined && there?.camera === request.camera) {
      there.show(request);
      return;
    }
    this.#unwatch(request.channel);
    if (streams !== undefined) this.#open(request, streams);
  }

  #open(request: WatchRequest, streams: readonly WallStream[]): void {
    const { channels } = this.#deps.limits;
    if (this.#tiles.size >= channels) {
      this.#refuse('TOO_MANY_CHANNELS', `At most ${channels} channels a socket.`, request.channel);
      return;
    }
    const channel = new Channel(request, streams, this, this.#deps);
    const state = this.#deps.watchState(request.camera, ({ state, since, reason }) =>
      this.tell({ type: 'state', channel: request.channel, state, since, reason }),
    );
    this.#tiles.set(request.channel, { channel, state });
    channel.show(request);
  }

  #unwatch(number: number): void {
    const tile = this.#tiles.get(number);
    if (tile === undefined) return;
    this.#tiles.delete(number);
    this.#waiting.delete(tile.channel);
    tile.channel.close();
    void tile.state.close();
  }

  #streamsFor(camera: CameraId, channel: number): readonly WallStream[] | undefined {
    if (!this.#who.maySee(camera)) {
      this.#refuse('NOT_ALLOWED', 'This camera is not among those you may see.', channel);
      return undefined;
    }
    const streams = this.#deps.sources.streams(camera);
    if (streams !== undefined && streams.length > 0) return streams;
    this.#refuse('UNKNOWN_CAMERA', 'There is no such camera.', channel);
    return undefined;
  }

  #refuse(code: WallErrorCode, message: string, channel?: number): void {
    this.#deps.counts.requestsRefused++;
    this.tell(
      channel === undefined ? { type: 'error', code, message } : { type: 'error', channel, code, message },
    );
  }

  /** Answers what nobody should send only so often; whoever goes on all the same is shown out. */
  #complain(code: WallErrorCode, message: string, channel?: number): void {
    if (this.#complaints.take(this.nowMs)) this.#refuse(code, message, channel);
    else if (++this.#unanswered > MOST_UNANSWERED) this.#socket.close(POLICY_VIOLATION, code);
  }
}

function acceptedCodecs(names: readonly string[]): Set<VideoCodec> {
  const all = Object.keys(CODECS) as VideoCodec[];
  return new Set(all.filter((codec) => names.some((name) => CODECS[codec].test(name))));
}
