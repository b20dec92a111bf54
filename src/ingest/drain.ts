import type { Clock, Lifetime } from '#base';
import type { Demand } from './port.ts';

export interface DrainLimits {
  /**
   * What may wait in a socket nobody watches. The kernel's receive buffer must hold it and a keyframe besides, else the camera
   * has to wait and may drop: Linux takes 100 KB and more with its default buffers, whatever the size of the segments.
   */
  readonly keptBytes: number;
  /** While a stream's bit rate is not known. */
  readonly keptFirstMs: number;
  readonly keptMostMs: number;
  /** Between two reads of a watched stream, while few are watched and when hundreds are. */
  readonly watchedLeastMs: number;
  readonly watchedMostMs: number;
}

/** Something that is read now and then. */
export interface Drained {
  /** Reads what waits, once. */
  drain(): void;
  /** Reads as bytes come. */
  flow(): void;
  /** Reads no more until told. */
  hold(): void;
}

/** One stream's place among those that are read now and then. */
export interface DrainPlace extends Lifetime {
  demand(demand: Demand): void;
  /** So many bytes were read. */
  read(bytes: number): void;
  /** Measured over the last reads; 0 at first. */
  readonly bytesPerSecond: number;
}

/** Which streams are read when. `turn` is to be called every `DRAIN_TICK_MS`. */
export interface DrainSchedule {
  join(drained: Drained): DrainPlace;
  turn(): void;
}

/**
 * How finely reads are timed. Many in one go are far cheaper than as many one by one: what the first brings into the
 * processor's caches serves the others. At 1,300 cameras some 80 are read in a turn, which takes a few milliseconds.
 */
export const DRAIN_TICK_MS = 40;
const RING = 64;
/** Streams watched at once above which the watched period grows, and where it reaches its most. */
const FEW_WATCHED = 64;
const MANY_WATCHED = 400;
const RATE_WINDOW_MS = 2000;

/**
 * A ring of turns for all sockets that are read now and then. Each stream's period follows its bit rate, so that what waits
 * fits into its socket; a stream too fast for that is read as its bytes come.
 */
export function createDrainSchedule(clock: Clock, limits: DrainLimits): DrainSchedule {
  const ring: Place[][] = Array.from({ length: RING }, () => []);
  const startedMs = clock.monotonicMs();
  const tooFast = (2 * limits.keptBytes * 1000) / DRAIN_TICK_MS;
  let turns = 0;
  let watched = 0;

  const watchedMs = () => {
    const crowd = Math.min(1, Math.max(0, (watched - FEW_WATCHED) / (MANY_WATCHED - FEW_WATCHED)));
    return limits.watchedLeastMs + crowd * (limits.watchedMostMs - limits.watchedLeastMs);
  };
  const put = (place: Place) => {
    const ms = place.wanted === 'watched' ? watchedMs() : keptMs(place.bytesPerSecond, limits);
    place.slot = (turns + Math.min(RING - 1, Math.max(1, Math.round(ms / DRAIN_TICK_MS)))) % RING;
    ring[place.slot]!.push(place);
  };
  const arrange = (place: Place) => {
    const flowing = place.wanted === 'prompt' || place.bytesPerSecond > tooFast;
    if (flowing === place.flowing) return;
    place.flowing = flowing;
    place.slot = NOWHERE;
    if (flowing) place.drained.flow();
    else place.drained.hold();
  };
  const takeTurn = (slot: number) => {
    const due = ring[slot]!;
    if (due.length === 0) return;
    ring[slot] = [];
    for (const place of due) {
      if (place.slot !== slot) continue;
      place.drained.drain();
      if (!place.flowing) put(place);
    }
  };
  const demand = (place: Place, wanted: Demand) => {
    if (wanted === place.wanted) return;
    watched += (wanted === 'watched' ? 1 : 0) - (place.wanted === 'watched' ? 1 : 0);
    place.wanted = wanted;
    arrange(place);
    if (place.flowing) return;
    place.drained.drain();
    put(place);
  };

  return {
    join(drained) {
      const place = new Place(drained, clock);
      return {
        demand: (wanted) => demand(place, wanted),
        read(bytes) {
          if (place.count(bytes, 2 * limits.keptBytes) && place.wanted !== 'prompt') {
            arrange(place);
            if (!place.flowing && place.slot === NOWHERE) put(place);
          }
        },
        get bytesPerSecond() {
          return place.bytesPerSecond;
        },
        close() {
          if (place.wanted === 'watched') watched--;
          place.wanted = 'prompt';
          place.slot = NOWHERE;
        },
      };
    },
    turn() {
      const until = Math.floor((clock.monotonicMs() - startedMs) / DRAIN_TICK_MS);
      turns = Math.max(turns, until - RING);
      while (turns < until) takeTurn(++turns % RING);
    },
  };
}

function keptMs(bytesPerSecond: number, limits: DrainLimits): number {
  if (bytesPerSecond === 0) return limits.keptFirstMs;
  return Math.min(limits.keptMostMs, (limits.keptBytes / bytesPerSecond) * 1000);
}

const NOWHERE = -1;

class Place {
  readonly drained: Drained;
  readonly #clock: Clock;
  wanted: Demand = 'prompt';
  flowing = true;
  /** Where on the ring it is due; an entry elsewhere is an old one. */
  slot = NOWHERE;
  bytesPerSecond = 0;
  #bytes = 0;
  #sinceMs: number;

  constructor(drained: Drained, clock: Clock) {
    this.drained = drained;
    this.#clock = clock;
    this.#sinceMs = clock.monotonicMs();
  }

  /** True where the rate was told anew: at once by a read of more than `tooMany` bytes, by and by by all others. */
  count(bytes: number, tooMany: number): boolean {
    this.#bytes += bytes;
    const nowMs = this.#clock.monotonicMs();
    const passedMs = nowMs - this.#sinceMs;
    const many = bytes > tooMany && !this.flowing;
    if (passedMs < RATE_WINDOW_MS && !many) return false;
    const rate = (this.#bytes / Math.max(1, passedMs)) * 1000;
    const settled = many ? Math.max(rate, this.bytesPerSecond) : (this.bytesPerSecond + rate) / 2;
    this.bytesPerSecond = this.bytesPerSecond === 0 ? rate : settled;
    this.#bytes = 0;
    this.#sinceMs = nowMs;
    return true;
  }
}
