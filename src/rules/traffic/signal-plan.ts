import type { EpochMs } from '#base';

/** What the traffic showed of one signal; plain data, so that it can be kept over a restart. */
export interface LearnedSignal {
  /** How long the latest queues stood before they were let go, in seconds, oldest first. */
  readonly waits: number[];
  /** When they were let go. */
  readonly begins: EpochMs[];
}

export function newSignal(): LearnedSignal {
  return { waits: [], begins: [] };
}

interface Plan {
  readonly periodMs: number;
  readonly offsetMs: number;
  readonly greenMs: number;
}

const most = 48;
const enough = 8;
/** Periods of fixed-time signals, and how finely they are tried: a tenth of a second keeps an hour of cycles in step. */
const periods = { from: 30_000, to: 200_000, step: 100 };
/** Most greens must keep to one period this closely; the others began with somebody who had overslept or ran the red. */
const inStepMs = 6_000;
const inStepShare = 0.8;
/** A green that begins this far from where the plan has it speaks against the plan. */
const outOfStepMs = 7_000;
const mostOutOfStep = 3;
/** After so many periods without a green to check it by, a plan's phase is no longer known, only its period. */
const periodsUnchecked = 20;
/** The plan's edges are not believed to the second. */
const marginMs = 2_000;

/**
 * Finds the fixed-time plan behind the greens, if there is one: then it is known that a light must be green though nothing moves, which is what
 * tells a jam from a red light. A plan that no longer fits is given up and learned anew; signals that follow the traffic never have one.
 */
export class SignalPlan {
  readonly #learned: LearnedSignal;
  #plan: Plan | undefined;
  #outOfStep = 0;
  #sinceSearch = 0;

  readonly #namedRedSeconds: number;

  /** `namedRedSeconds`: the longest red that the scene names, 0 if it names none. */
  constructor(learned: LearnedSignal, namedRedSeconds: number) {
    this.#learned = learned;
    this.#namedRedSeconds = namedRedSeconds;
    this.#plan = search(learned, namedRedSeconds);
  }

  get periodSeconds(): number | undefined {
    return this.#plan && this.#plan.periodMs / 1000;
  }

  /** A queue that had waited was let go. */
  begin(at: EpochMs, waitedSeconds: number): void {
    const { begins, waits } = this.#learned;
    // A gap in the stream, and more of the same green.
    if (Math.abs(at - (begins.at(-1) ?? Number.NEGATIVE_INFINITY)) < 0.8 * periods.from) return;
    this.#resynchronise(at, begins.at(-1) ?? at);
    begins.push(at);
    waits.push(waitedSeconds);
    if (begins.length > most) begins.shift();
    if (waits.length > most) waits.shift();
    if (this.#plan !== undefined) this.#check(at, this.#plan);
    if (++this.#sinceSearch < (this.#plan === undefined ? 4 : 16)) return;
    this.#sinceSearch = 0;
    this.#plan = search(this.#learned, this.#namedRedSeconds) ?? this.#plan;
  }

  /** For how many seconds it must have been green by the plan; 0 where it is not, undefined without a plan. */
  greenSeconds(at: EpochMs): number | undefined {
    if (this.#plan === undefined) return undefined;
    const { periodMs, offsetMs, greenMs } = this.#plan;
    if (Math.abs(at - (this.#learned.begins.at(-1) ?? 0)) > periodsUnchecked * periodMs) return undefined;
    const into = modulo(at - offsetMs, periodMs);
    return into > marginMs && into < greenMs - marginMs ? into / 1000 : 0;
  }

  /** After a long pause the first green sets the phase again. */
  #resynchronise(at: EpochMs, before: EpochMs): void {
    const plan = this.#plan;
    if (plan !== undefined && Math.abs(at - before) > periodsUnchecked * plan.periodMs) {
      this.#plan = { ...plan, offsetMs: modulo(at, plan.periodMs) };
    }
  }

  #check(at: EpochMs, { periodMs, offsetMs }: Plan): void {
    const into = awayFrom(at, periodMs, offsetMs);
    this.#outOfStep = Math.abs(into) > outOfStepMs ? this.#outOfStep + 1 : Math.max(0, this.#outOfStep - 1);
    if (this.#outOfStep < mostOutOfStep) {
      // The clocks of camera and signal drift apart slowly.
      if (Math.abs(into) <= outOfStepMs) this.#plan = { ...this.#plan!, offsetMs: offsetMs + 0.1 * into };
      return;
    }
    this.#plan = undefined;
    this.#outOfStep = 0;
    this.#learned.begins.splice(0, this.#learned.begins.length - mostOutOfStep);
  }
}

/** The longest period that the greens keep to: its halves and thirds fit as well, its multiples do not. */
function search({ begins, waits }: LearnedSignal, namedRedSeconds: number): Plan | undefined {
  if (begins.length < enough) return undefined;
  let best: { readonly periodMs: number; readonly share: number } | undefined;
  for (let periodMs = periods.from; periodMs <= periods.to; periodMs += periods.step) {
    const share = shareInStep(begins, periodMs, phaseOf(begins, periodMs));
    if (share < inStepShare) continue;
    const multiple = best !== undefined && periodMs > 1.4 * best.periodMs;
    if (best === undefined || share > best.share - (multiple ? 0.03 : 0)) best = { periodMs, share };
  }
  if (best === undefined) return undefined;
  const { periodMs, offsetMs } = refined(begins, best.periodMs);
  // Who came first has waited nearly the whole red, where many came; the rest of the period is green.
  const sorted = [...waits].sort((a, b) => a - b);
  const redMs = 1000 * Math.max(namedRedSeconds, sorted[Math.floor(0.97 * sorted.length)]!);
  return { periodMs, offsetMs, greenMs: periodMs - redMs - marginMs };
}

/** The best period close by, with its phase. */
function refined(begins: readonly EpochMs[], near: number): { periodMs: number; offsetMs: number } {
  let best = { periodMs: near, offsetMs: 0, spread: Number.POSITIVE_INFINITY };
  for (let periodMs = near - 3_000; periodMs <= near + 3_000; periodMs += 20) {
    const offsetMs = phaseOf(begins, periodMs);
    let spread = 0;
    for (const begin of begins) spread += Math.min(inStepMs, Math.abs(awayFrom(begin, periodMs, offsetMs)));
    if (spread < best.spread) best = { periodMs, offsetMs, spread };
  }
  return best;
}

/** The phase that most agree on: the mean direction on a circle of one period, once more without those far from it. */
function phaseOf(begins: readonly EpochMs[], periodMs: number): number {
  const first = meanPhase(begins, periodMs, 0, Number.POSITIVE_INFINITY);
  return meanPhase(begins, periodMs, first, 1.5 * inStepMs);
}

function meanPhase(begins: readonly EpochMs[], periodMs: number, about: number, within: number): number {
  const turn = (2 * Math.PI) / periodMs;
  let [x, y] = [0, 0];
  for (const begin of begins) {
    if (Math.abs(awayFrom(begin, periodMs, about)) > within) continue;
    const angle = modulo(begin, periodMs) * turn;
    x += Math.cos(angle);
    y += Math.sin(angle);
  }
  return modulo(Math.atan2(y, x) / turn, periodMs);
}

function shareInStep(begins: readonly EpochMs[], periodMs: number, offsetMs: number): number {
  let count = 0;
  for (const begin of begins) if (Math.abs(awayFrom(begin, periodMs, offsetMs)) < inStepMs) count++;
  // A narrow window in a short period holds many by chance.
  return count / begins.length - (2 * inStepMs) / periodMs / begins.length;
}

/** From -half to half a period. */
function awayFrom(at: EpochMs, periodMs: number, offsetMs: number): number {
  return modulo(at - offsetMs + periodMs / 2, periodMs) - periodMs / 2;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
