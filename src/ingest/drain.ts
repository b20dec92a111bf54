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
  readonly keptLeastMs: number;
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

export interface DrainSchedule extends Lifetime {
  join(drained: Drained): DrainPlace;
  close(): void;
}

const TICK_MS = 10;
const RING = 256;
/** Streams watched at once above which the watched period grows, and where it reaches its most. */
const FEW_WATCHED = 64;
const MANY_WATCHED = 400;
const RATE_WINDOW_MS = 2000;

/**
 * One timer for all sockets that are read now and then, on a ring of ticks. Each stream's period follows its bit rate,
 * so that what waits fits into its socket; streams that joined together drift apart by themselves.
 */
export function createDrainSchedule(clock: Clock, limits: DrainLimits): DrainSchedule {
  const ring: Place[][] = Array.from({ length: RING }, () => []);
  let tick = 0;
  let watched = 0;
  const startedMs = clock.monotonicMs();

  const watchedMs = () => {
    const crowd = Math.min(1, Math.max(0, (watched - FEW_WATCHED) / (MANY_WATCHED - FEW_WATCHED)));
    return limits.watchedLeastMs + crowd * (limits.watchedMostMs - limits.watchedLeastMs);
  };
  const periodTicks = (place: Place) => {
    const ms = place.wanted === 'watched' ? watchedMs() : keptMs(place.bytesPerSecond, limits);
    return Math.min(RING - 1, Math.max(1, Math.round(ms / TICK_MS)));
  };
  const put = (place: Place, ticks: number) => {
    place.slot = (tick + ticks) % RING;
    ring[place.slot]!.push(place);
  };
  const turn = () => {
    const until = Math.floor((clock.monotonicMs() - startedMs) / TICK_MS);
    if (until - tick > RING) tick = until - RING;
    while (tick < until) {
      tick++;
      const slot = tick % RING;
      const due = ring[slot]!;
      if (due.length === 0) continue;
      ring[slot] = [];
      for (const place of due) {
        if (place.slot !== slot) continue;
        place.drained.drain();
        put(place, periodTicks(place));
      }
    }
  };
  const timer = setInterval(turn, TICK_MS);

  return {
    join(drained) {
      const place = new Place(drained, clock);
      return {
        demand(demand) {
          if (demand === place.wanted) return;
          watched += (demand === 'watched' ? 1 : 0) - (place.wanted === 'watched' ? 1 : 0);
          place.wanted = demand;
          if (demand === 'prompt') {
            place.slot = NOWHERE;
            drained.flow();
            return;
          }
          drained.hold();
          drained.drain();
          put(place, periodTicks(place));
        },
        read: (bytes) => place.count(bytes, 2 * limits.keptBytes),
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
    close: () => clearInterval(timer),
  };
}

function keptMs(bytesPerSecond: number, limits: DrainLimits): number {
  if (bytesPerSecond === 0) return limits.keptFirstMs;
  const ms = (limits.keptBytes / bytesPerSecond) * 1000;
  return Math.min(limits.keptMostMs, Math.max(limits.keptLeastMs, ms));
}

const NOWHERE = -1;

class Place {
  readonly drained: Drained;
  readonly #clock: Clock;
  wanted: Demand = 'prompt';
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

  /** A read of more than `tooMany` bytes raises the rate at once, all others by and by. */
  count(bytes: number, tooMany: number): void {
    this.#bytes += bytes;
    const nowMs = this.#clock.monotonicMs();
    const passedMs = nowMs - this.#sinceMs;
    if (passedMs < RATE_WINDOW_MS && bytes <= tooMany) return;
    const rate = (this.#bytes / Math.max(1, passedMs)) * 1000;
    const settled = bytes > tooMany ? Math.max(rate, this.bytesPerSecond) : (this.bytesPerSecond + rate) / 2;
    this.bytesPerSecond = this.bytesPerSecond === 0 ? rate : settled;
    this.#bytes = 0;
    this.#sinceMs = nowMs;
  }
}
