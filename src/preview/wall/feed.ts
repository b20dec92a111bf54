import type { Lifetime } from '#base';
import type { StreamId } from '#camera';
import type { AccessUnit } from '#ingest';
import type { Hub, Reader } from '#live';
import type { Muxer, Tier } from '../mp4/muxer.ts';
import type { WallSources } from './port.ts';
import type { SharedMuxers } from './shared-muxers.ts';

export interface FeedDeps {
  readonly hub: Hub;
  readonly sources: WallSources;
  readonly muxers: SharedMuxers;
}

/** Where a feed's pictures go; as `Reader`, with the feed named. */
export interface FeedOwner {
  take(feed: Feed, unit: AccessUnit): boolean;
  missed(feed: Feed, pictures: number): void;
}

export interface FeedFacts {
  readonly stream: StreamId;
  readonly tier: Tier;
  readonly transcoded: boolean;
}

/** One reading of one stream for one channel: wants it, reads it, and lets it go again. */
export class Feed implements Reader {
  readonly facts: FeedFacts;
  readonly muxer: Muxer;
  readonly #deps: FeedDeps;
  readonly #owner: FeedOwner;
  readonly #wanted: Lifetime;
  #reading: Lifetime | undefined;
  #closed = false;
  /** While the cached group is being handed over. */
  beginning = false;

  /** `wanted` is closed with the feed. */
  constructor(facts: FeedFacts, owner: FeedOwner, deps: FeedDeps, wanted: Lifetime) {
    this.facts = facts;
    this.#owner = owner;
    this.#deps = deps;
    this.#wanted = wanted;
    this.muxer = deps.muxers.borrow(facts.stream);
  }

  begin(): void {
    if (this.#closed || this.#reading !== undefined) return;
    this.beginning = true;
    const keyframesOnly = this.facts.tier === 'keyframes';
    const options = { from: 'cached', keyframesOnly, borrows: true } as const;
    const reading = this.#deps.hub.read(this.facts.stream, this, options);
    this.beginning = false;
    // What was read at once may have led to the end of this feed.
    if (this.#closed) void reading.close();
    else this.#reading = reading;
  }

  write(unit: AccessUnit): boolean {
    return this.#closed || this.#owner.take(this, unit);
  }

  dropped(pictures: number): void {
    if (!this.#closed) this.#owner.missed(this, pictures);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#reading?.close();
    void this.#wanted.close();
    this.#deps.muxers.giveBack(this.facts.stream);
  }
}
