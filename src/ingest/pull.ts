import { asNgatuError, type Clock, type EpochMs, lifetimes, type NgatuError } from '#base';
import type { Credentials } from '#camera';
import type { AccessUnit } from './access-unit.ts';
import type { DrainPlace, DrainSchedule } from './drain.ts';
import { cameraFailure } from './failure.ts';
import type { IngestOptions } from './options.ts';
import type { Patience } from './patience.ts';
import type { Demand } from './port.ts';
import type { ChunkPool } from './rtp/picture-chunks.ts';
import { type PacketCounts, RtpReceiver } from './rtp/receiver.ts';
import type { RtspAddress } from './rtsp/address.ts';
import { RtspConnection } from './rtsp/connection.ts';
import { RtspDialogue } from './rtsp/dialogue.ts';
import { keepAlive } from './rtsp/keep-alive.ts';
import { type NegotiatedStream, negotiate, play } from './rtsp/negotiate.ts';

/** What all pulls of a process share. */
export interface PullContext {
  readonly clock: Clock;
  readonly patience: Patience;
  readonly drains: DrainSchedule;
  readonly readBuffer: Buffer;
  readonly pool: ChunkPool;
  readonly options: IngestOptions;
}

export interface PullTarget {
  readonly address: RtspAddress;
  readonly ip: string;
  readonly credentials: Credentials | undefined;
}

/** Called synchronously. After `redirected` or `ended` nothing more comes. */
export interface PullEvents {
  readonly counts: PacketCounts & { bytes: number };
  picture(unit: AccessUnit): void;
  /** The camera has agreed to send. */
  playing(): void;
  redirected(url: string): void;
  ended(reason: NgatuError): void;
}

/** One connection to one camera, from the dial to its end: the work, without any policy about when to dial again. */
export class Pull {
  readonly #context: PullContext;
  readonly #events: PullEvents;
  readonly #connection: RtspConnection;
  readonly #dialogue: RtspDialogue;
  readonly #parts = lifetimes();
  #stream: NegotiatedStream | undefined;
  #receiver: RtpReceiver | undefined;
  #place: DrainPlace | undefined;
  #demand: Demand;
  #over = false;
  /** When the bytes in hand were read. */
  readAt: EpochMs | undefined;

  constructor(context: PullContext, target: PullTarget, demand: Demand, events: PullEvents) {
    this.#context = context;
    this.#events = events;
    this.#demand = demand;
    const { connectTimeoutMs, answerTimeoutMs, verifyCertificates } = context.options;
    this.#connection = new RtspConnection({
      address: target.address,
      ip: target.ip,
      patience: context.patience,
      readBuffer: context.readBuffer,
      connectTimeoutMs,
      answerTimeoutMs,
      verifyCertificate: verifyCertificates,
      read: (bytes) => this.#read(bytes),
      packet: (channel, buffer, start, end) => this.#packet(channel, buffer, start, end),
      ended: (reason) => this.#end(() => events.ended(reason)),
    });
    this.#dialogue = new RtspDialogue(this.#connection, target.credentials);
    this.#run(target.address.url).catch((reason) => this.#connection.fail(asNgatuError(reason)));
  }

  demand(demand: Demand): void {
    this.#demand = demand;
    this.#place?.demand(demand);
    if (this.#receiver !== undefined) this.#receiver.pictures.promptly = demand === 'prompt';
  }

  /** What about the stream is not played, or that the camera has said goodbye; undefined while all is well. */
  get objection(): NgatuError | undefined {
    const refusal = this.#receiver?.pictures.refusal;
    if (refusal !== undefined) return cameraFailure('unsupported', `the camera sends ${refusal}`);
    return this.#receiver?.goodbye === true
      ? cameraFailure('refused', 'the camera has ended the stream')
      : undefined;
  }

  get problem(): string | undefined {
    return this.#receiver?.pictures.problem;
  }

  get clockOffsetMs(): number | undefined {
    return this.#receiver?.pictures.clock.offsetMs;
  }

  get jitterMs(): number | undefined {
    return this.#receiver?.pictures.jitterMs;
  }

  /** Ends the session politely; `ended` is told where there is a reason. */
  close(reason?: NgatuError): void {
    const url = this.#stream?.urls.aggregate;
    const teardown =
      url === undefined ? undefined : { url, headers: this.#dialogue.headersFor('TEARDOWN', url) };
    this.#end(() => reason && this.#events.ended(reason));
    this.#connection.close(teardown);
  }

  async #run(url: string): Promise<void> {
    const negotiation = await negotiate(this.#dialogue, url);
    if (this.#over) return;
    if (negotiation.outcome === 'redirect') {
      this.#end(() => this.#events.redirected(negotiation.url));
      this.#connection.close();
      return;
    }
    this.#prepare(negotiation.stream);
    await play(this.#dialogue, negotiation.stream);
    if (!this.#over) this.#played(negotiation.stream);
  }

  #prepare(stream: NegotiatedStream): void {
    const { codec, payloadType, parameterSets } = stream.track;
    this.#stream = stream;
    this.#receiver = new RtpReceiver({
      codec,
      payloadType,
      parameterSets,
      maxPictureBytes: this.#context.options.maxPictureBytes,
      pool: this.#context.pool,
      counts: this.#events.counts,
      write: (unit) => this.#events.picture(unit),
    });
  }

  #played(stream: NegotiatedStream): void {
    const lost = (reason: Error) => this.#connection.fail(asNgatuError(reason));
    this.#parts.keep(keepAlive(this.#dialogue, stream, this.#context.patience, lost));
    this.#place = this.#parts.keep(this.#context.drains.join(this.#connection));
    this.demand(this.#demand);
    this.#events.playing();
  }

  #read(bytes: number): void {
    this.readAt = this.#context.clock.now();
    this.#events.counts.bytes += bytes;
    const place = this.#place;
    if (place === undefined) return;
    place.read(bytes);
    this.#receiver?.pictures.memory.sizeFor(place.bytesPerSecond);
  }

  #packet(channel: number, buffer: Buffer, start: number, end: number): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    if (channel === stream.rtpChannel) this.#receiver!.rtp(buffer, start, end, this.readAt!);
    else if (channel === stream.rtcpChannel) this.#receiver!.rtcp(buffer, start, end);
  }

  #end(tell: () => void): void {
    if (this.#over) return;
    this.#over = true;
    void this.#parts.close();
    this.#receiver?.pictures.memory.close();
    tell();
  }
}
