import { asNgatuError, type EpochMs, type Lifetime, lifetime, type NgatuError } from '#base';
import type { AccessUnit } from './access-unit.ts';
import { backOffMs } from './back-off.ts';
import type { Dialler } from './dialler.ts';
import { cameraFailure, failureState } from './failure.ts';
import type { Demand, PulledStream, StreamSink, StreamState, StreamStats, StreamToPull } from './port.ts';
import { Pull, type PullContext } from './pull.ts';
import type { ResolveHost } from './resolve-host.ts';
import { parseAddress, type RtspAddress } from './rtsp/address.ts';
import { StreamHealth } from './stream-health.ts';

export interface StreamContext extends PullContext {
  readonly dialler: Dialler;
  readonly resolveHost: ResolveHost;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  /** Called once, when the stream is closed. */
  readonly closed: (stream: KeptStream) => void;
}

const MAX_REDIRECTS = 3;
/** Pictures for this long make the failures before a connection forgotten. */
const PROVEN_MS = 10_000;

/** One stream kept alive for ever: when to dial, what state it is in, what its connections have brought in all. */
export class KeptStream implements PulledStream {
  readonly #context: StreamContext;
  readonly #stream: StreamToPull;
  readonly #sink: StreamSink;
  readonly #counts = {
    bytes: 0,
    packets: 0,
    packetsLost: 0,
    packetsIgnored: 0,
    pictures: 0,
    picturesDamaged: 0,
    sequence: 0,
  };
  #state: StreamState = 'connecting';
  #since: EpochMs;
  #demand: Demand = 'kept';
  #pull: Pull | undefined;
  #health: StreamHealth | undefined;
  #playingSinceMs = 0;
  /** Whatever is to happen next while nothing is connected. */
  #pending: Lifetime | undefined;
  /** Gives the dialler its turn back; does nothing when called again. */
  #dialDone: () => void = () => {};
  #failures = 0;
  #redirects = 0;
  #dials = 0;
  #keyframes = 0;
  #keyframesBefore = 0;
  #lastKeyframeAt: EpochMs | undefined;
  #lastPacketAt: EpochMs | undefined;
  #closed = false;

  constructor(context: StreamContext, stream: StreamToPull, sink: StreamSink) {
    this.#context = context;
    this.#stream = stream;
    this.#sink = sink;
    this.#since = context.clock.now();
    sink.state({ state: 'connecting', since: this.#since, reason: 'waits for its turn to dial' });
    this.#approach(stream.source.url);
  }

  get state(): StreamState {
    return this.#state;
  }

  demand(demand: Demand): void {
    this.#demand = demand;
    this.#pull?.demand(demand);
  }

  stats(): StreamStats {
    const { bytes, packets, packetsLost, pictures, picturesDamaged } = this.#counts;
    return {
      state: this.#state,
      since: this.#since,
      bytes,
      packets,
      packetsLost,
      pictures,
      picturesDamaged,
      dials: this.#dials,
      lastPacketAt: this.#pull?.readAt ?? this.#lastPacketAt,
      lastKeyframeAt: this.#lastKeyframeAt,
      clockOffsetMs: this.#pull?.clockOffsetMs,
      jitterMs: this.#pull?.jitterMs,
    };
  }

  /** Looked at once a second: what the packets of the connection say about the stream. */
  check(): void {
    const pull = this.#pull;
    if (pull === undefined || this.#health === undefined) return;
    const objection = pull.objection;
    if (objection !== undefined) {
      pull.close(objection);
      return;
    }
    const verdict = this.#health.check(this.#context.patience.listenedMs(), this.#signs(pull));
    if (verdict === undefined) return;
    if (verdict.hangUp !== undefined) pull.close(cameraFailure(verdict.hangUp, verdict.reason));
    else this.#change(verdict.state, verdict.reason);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#pending?.close();
    this.#pull?.close();
    this.#letGo();
    this.#context.closed(this);
  }

  /** Resolves the name, waits for the turn to dial, dials. */
  #approach(url: string): void {
    const address = parseAddress(url);
    if (address === undefined) {
      this.#failed(cameraFailure('unsupported', 'the address is not rtsp:// or rtsps://'));
      return;
    }
    let given = true;
    this.#pending = lifetime(() => {
      given = false;
    });
    this.#context.resolveHost(address.host).then(
      (ip) => given && this.#queue(address, ip),
      (reason) =>
        given &&
        this.#failed(
          cameraFailure('unreachable', `no address for ${address.host}: ${codeOf(reason)}`, reason),
        ),
    );
  }

  #queue(address: RtspAddress, ip: string): void {
    this.#pending = this.#context.dialler.queue(ip, this.#stream.priority, (done) =>
      this.#dial(address, ip, done),
    );
  }

  #dial(address: RtspAddress, ip: string, done: () => void): void {
    this.#dials++;
    this.#dialDone = done;
    this.#pending = undefined;
    const target = { address, ip, credentials: this.#credentialsFor(address) };
    this.#keyframesBefore = this.#keyframes;
    this.#pull = new Pull(this.#context, target, this.#demand, {
      counts: this.#counts,
      picture: (unit) => this.#picture(unit),
      playing: () => this.#playing(),
      redirected: (url) => this.#redirected(url),
      ended: (reason) => this.#ended(reason),
    });
  }

  /** A camera may send its viewers elsewhere; it cannot send our password elsewhere. */
  #credentialsFor(address: RtspAddress) {
    return address.host === parseAddress(this.#stream.source.url)?.host
      ? this.#stream.credentials
      : undefined;
  }

  #playing(): void {
    this.#dialDone();
    this.#redirects = 0;
    this.#playingSinceMs = this.#context.patience.listenedMs();
    this.#health = new StreamHealth(
      this.#context.options.health,
      this.#playingSinceMs,
      this.#signs(this.#pull),
    );
  }

  #redirected(url: string): void {
    this.#letGo();
    if (++this.#redirects > MAX_REDIRECTS)
      this.#failed(cameraFailure('refused', 'the camera redirects in a circle'));
    else this.#approach(url);
  }

  #picture(unit: AccessUnit): void {
    if (unit.keyframe) {
      this.#lastKeyframeAt = unit.receivedAt;
      if (this.#keyframes++ === this.#keyframesBefore) this.#change('live', 'pictures arrive');
    }
    this.#sink.write(unit);
  }

  #ended(reason: NgatuError): void {
    const playedMs =
      this.#health === undefined ? 0 : this.#context.patience.listenedMs() - this.#playingSinceMs;
    const wasLive = this.#keyframes > this.#keyframesBefore;
    this.#letGo();
    if (wasLive && playedMs >= PROVEN_MS) this.#failures = 0;
    this.#failed(reason, wasLive);
  }

  #letGo(): void {
    this.#dialDone();
    this.#lastPacketAt = this.#pull?.readAt ?? this.#lastPacketAt;
    this.#pull = undefined;
    this.#health = undefined;
  }

  /** A stream that was just live gets one dial before it is called anything but `connecting`. */
  #failed(reason: NgatuError, wasLive = false): void {
    if (this.#closed) return;
    const state = failureState(reason) ?? 'refused';
    this.#failures++;
    this.#redirects = 0;
    if (wasLive && state !== 'silent' && state !== 'no-keyframes')
      this.#change('connecting', `dials again: ${reason.message}`);
    else this.#change(state, reason.message);
    const waitMs = backOffMs(state, this.#failures, this.#context.options.backOff, this.#context.random());
    this.#pending = this.#context.patience.after(waitMs, () => this.#approach(this.#stream.source.url));
  }

  #change(state: StreamState, reason: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#since = this.#context.clock.now();
    this.#sink.state({ state, since: this.#since, reason });
  }

  #signs(pull: Pull | undefined) {
    const { packets, packetsLost, picturesDamaged } = this.#counts;
    const keyframes = this.#keyframes;
    return {
      packets,
      packetsLost,
      picturesDamaged,
      keyframes,
      clockOffsetMs: pull?.clockOffsetMs,
      problem: pull?.problem,
    };
  }
}

function codeOf(reason: unknown): string {
  return (reason as NodeJS.ErrnoException).code ?? asNgatuError(reason).message;
}
