import type { Lifetime } from '#base';
import { NgatuError } from '#base';
import type { CameraId, StreamId } from '#camera';
import type { AccessUnit, VideoCodec, VideoFormat } from '#ingest';
import type { WallErrorCode, WatchRequest } from '../wall-messages.ts';
import { Feed, type FeedDeps, type FeedOwner } from './feed.ts';
import { wallHeader } from './frame-header.ts';
import type { WallStream, WallTranscoder } from './port.ts';

/** What a channel needs of its viewer: the road to it, and whose turn it is on that road. */
export interface Road {
  readonly nowMs: number;
  accepts(codec: VideoCodec): boolean;
  /** May this channel send a picture now? `group`: the rest of a group of pictures that was begun. */
  isFreeFor(channel: Channel, group: boolean): boolean;
  /** The channel has something to send as soon as the road is free: `serve` is called then, longest waiting first. */
  wait(channel: Channel): void;
  tell(message: object): void;
  /** One binary message; its parts are copied. */
  send(header: Buffer, first: Buffer, second?: Buffer): void;
  countPicture(): void;
  countDropped(pictures: number): void;
}

export interface ChannelDeps extends FeedDeps {
  readonly transcoder: WallTranscoder | undefined;
  readonly streamWaitMs: number;
}

interface Held {
  readonly feed: Feed;
  readonly unit: AccessUnit;
}

/** The last picture that was sent: what comes again of it after a change of tier is left out. */
interface Sent {
  readonly stream: StreamId;
  readonly format: VideoFormat;
  readonly sequence: number;
  readonly receivedAt: number;
}

/**
 * One tile: a camera by the first of its streams that the browser plays, else encoded anew. While the road is busy it holds
 * its newest keyframe, which is all that is worth sending later, and lets the rest go.
 */
export class Channel implements FeedOwner {
  readonly number: number;
  readonly camera: CameraId;
  readonly #road: Road;
  readonly #deps: ChannelDeps;
  readonly #streams: readonly WallStream[];
  #request: WatchRequest;
  /** The streams still to be tried, in order; empty: only to encode anew is left. */
  #ways: WallStream[] = [];
  #shown: Feed | undefined;
  #coming: Feed | undefined;
  #comingSince = 0;
  #startsWhenFree = false;
  #held: Held | undefined;
  #sent: Sent | undefined;
  #unsent = 0;
  #closed = false;
  /** When it last sent a picture; before any, it comes first. */
  sentAtMs = -Infinity;

  constructor(request: WatchRequest, streams: readonly WallStream[], road: Road, deps: ChannelDeps) {
    this.number = request.channel;
    this.camera = request.camera;
    this.#request = request;
    this.#streams = streams;
    this.#road = road;
    this.#deps = deps;
  }

  /** Starts, or goes on with another tier or stream; what is shown stays until the new one has a picture. */
  show(request: WatchRequest): void {
    const same = request.tier === this.#request.tier && request.stream === this.#request.stream;
    if (same && (this.#shown ?? this.#coming) !== undefined) return;
    this.#request = request;
    const wanted = this.#streams.find((each) => each.name === request.stream) ?? this.#streams[0]!;
    this.#ways = [wanted, ...this.#streams.filter((each) => each !== wanted)];
    this.#startsWhenFree = true;
    this.#road.wait(this);
  }

  /** Whether it has something to send as soon as the road is free. */
  get waits(): boolean {
    return this.#startsWhenFree || this.#held !== undefined;
  }

  /** The road is free and it is this channel's turn. */
  serve(): void {
    if (this.#startsWhenFree) {
      this.#startsWhenFree = false;
      this.#tryNextWay();
    } else if (this.#held !== undefined) {
      const { feed, unit } = this.#held;
      this.#held = undefined;
      this.#send(feed, unit);
    }
  }

  take(feed: Feed, unit: AccessUnit): boolean {
    if (!this.#road.accepts(unit.format.codec)) {
      queueMicrotask(() => this.#refuse(feed));
      return false;
    }
    if (feed !== this.#shown) this.#switchTo(feed);
    if (this.#wasSent(feed, unit)) return true;
    if (unit.keyframe) return this.#takeKeyframe(feed, unit);
    if (this.#held !== undefined || !this.#road.isFreeFor(this, feed.beginning)) return false;
    return this.#send(feed, unit);
  }

  missed(_feed: Feed, pictures: number): void {
    this.#unsent += pictures;
    this.#road.countDropped(pictures);
  }

  /** Gives up waiting for a stream that has no picture after all. */
  tick(): void {
    const late = this.#road.nowMs - this.#comingSince > this.#deps.streamWaitMs;
    if (this.#coming === undefined || !late || this.#coming.facts.stream === this.#streams[0]?.id) return;
    if (this.#shown === undefined) this.#tryNextWay();
    else this.#dropComing();
  }

  close(): void {
    this.#closed = true;
    this.#held = undefined;
    this.#dropComing();
    this.#shown?.close();
    this.#shown = undefined;
  }

  #takeKeyframe(feed: Feed, unit: AccessUnit): boolean {
    if (this.#held !== undefined) this.missed(feed, 1);
    this.#held = undefined;
    if (this.#road.isFreeFor(this, false)) return this.#send(feed, unit);
    // The picture's memory is only lent.
    this.#held = { feed, unit: { ...unit, data: Buffer.from(unit.data) } };
    this.#road.wait(this);
    return true;
  }

  #switchTo(feed: Feed): void {
    this.#shown?.close();
    this.#shown = feed;
    if (this.#coming === feed) this.#coming = undefined;
    if (this.#held !== undefined) this.missed(feed, 1);
    this.#held = undefined;
  }

  #wasSent(feed: Feed, unit: AccessUnit): boolean {
    const sent = this.#sent;
    return (
      sent !== undefined &&
      sent.stream === feed.facts.stream &&
      unit.sequence <= sent.sequence &&
      unit.receivedAt <= sent.receivedAt
    );
  }

  #send(feed: Feed, unit: AccessUnit): boolean {
    if (!this.#announce(feed, unit)) return false;
    const head = feed.muxer.fragmentHead(unit, feed.facts.tier);
    this.#road.send(wallHeader('fragment', this.number, unit), head, unit.data);
    this.#road.countPicture();
    this.sentAtMs = this.#road.nowMs;
    const { format, sequence, receivedAt } = unit;
    this.#sent = { stream: feed.facts.stream, format, sequence, receivedAt };
    return true;
  }

  /** What must be said before a picture: those that were left out, and another format. */
  #announce(feed: Feed, unit: AccessUnit): boolean {
    const { format } = unit;
    if (this.#unsent > 0) {
      this.#road.tell({ type: 'dropped', channel: this.number, pictures: this.#unsent });
      this.#unsent = 0;
    }
    if (this.#sent?.format === format && this.#sent.stream === feed.facts.stream) return true;
    const init = this.#initSegment(feed, format);
    if (init === undefined) return false;
    const { width, height } = format;
    const { transcoded } = feed.facts;
    const mime = `video/mp4; codecs="${format.mimeCodec}"`;
    this.#road.tell({
      type: 'format',
      channel: this.number,
      camera: this.camera,
      mime,
      width,
      height,
      transcoded,
    });
    this.#road.send(wallHeader('init', this.number, unit), init);
    return true;
  }

  #initSegment(feed: Feed, format: VideoFormat): Buffer | undefined {
    try {
      return feed.muxer.initSegment(format);
    } catch (failure) {
      if (!(failure instanceof NgatuError)) throw failure;
      this.#fail('CODEC_REFUSED', failure.message);
      return undefined;
    }
  }

  #refuse(feed: Feed): void {
    if (this.#closed || (feed !== this.#coming && feed !== this.#shown)) return;
    if (feed === this.#shown) {
      this.#shown.close();
      this.#shown = undefined;
    }
    this.#tryNextWay();
  }

  #tryNextWay(): void {
    if (this.#closed) return;
    this.#dropComing();
    const next = this.#ways.shift();
    if (next === undefined) this.#encodeAnew();
    else if (this.#isKnownRefused(next.id)) this.#tryNextWay();
    else this.#open(next.id, false, this.#deps.sources.want(next.id));
  }

  #isKnownRefused(stream: StreamId): boolean {
    const newest = this.#deps.hub.newest(stream);
    return newest !== undefined && !this.#road.accepts(newest.format.codec);
  }

  #encodeAnew(): void {
    const { transcoder } = this.#deps;
    const opened = transcoder?.open(this.#streams[0]!.id, (reason) => this.#transcodeFailed(reason));
    if (opened === undefined) this.#fail('CODEC_REFUSED', 'The browser plays none of this camera’s streams.');
    else if (opened === 'full')
      this.#fail('TRANSCODES_FULL', 'As many streams are being encoded anew as this server allows.');
    else this.#open(opened.stream, true, opened);
  }

  #transcodeFailed(reason: string): void {
    if (this.#closed) return;
    this.#dropComing();
    this.#shown?.close();
    this.#shown = undefined;
    this.#fail('TRANSCODE_FAILED', reason);
  }

  #open(stream: StreamId, transcoded: boolean, wanted: Lifetime): void {
    const { tier } = this.#request;
    const feed = new Feed({ stream, tier, transcoded }, this, this.#deps, wanted);
    this.#coming = feed;
    this.#comingSince = this.#road.nowMs;
    feed.begin();
    // Another tier of the stream that is shown begins where that one is, even if it has nothing new to send yet.
    if (this.#coming === feed && this.#shown?.facts.stream === stream) this.#switchTo(feed);
  }

  #dropComing(): void {
    this.#coming?.close();
    this.#coming = undefined;
  }

  #fail(code: WallErrorCode, message: string): void {
    this.#road.tell({ type: 'error', channel: this.number, code, message });
  }
}
