import { type Clock, type EpochMs, type Lifetime, type Log, lifetime } from '#base';
import type { CameraId, Location } from '#camera';
import type { AccessUnit } from '#ingest';
import type { Hub } from '#live';
import type { PictureContent } from '../darkroom/content.ts';
import type { Darkroom } from '../darkroom/darkroom.ts';
import type { SentKeyframe } from '../darkroom/messages.ts';
import { type PictureFault, PictureJudge } from './judge.ts';
import { KeyframeWatch } from './keyframe-signs.ts';
import { sunElevationDegrees } from './sun.ts';
import { giveUp, nextToLookAt, type Watched, type WatchedPicture } from './watched.ts';

/** Watches what the pictures of cameras show that nobody analyses, with very little decoding. */
export interface PictureWatch extends Lifetime {
  watch(camera: WatchedPicture): Lifetime;
  readonly stats: PictureWatchStats;
}

export interface PictureFinding {
  readonly camera: CameraId;
  /** `good`: it was told before that it is not, and it is again. */
  readonly state: PictureFault | 'good';
  /** One sentence for a person. */
  readonly reason: string;
  readonly at: EpochMs;
}

export interface PictureWatchDeps {
  readonly hub: Pick<Hub, 'read'>;
  readonly darkroom: Pick<Darkroom, 'look'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: (finding: PictureFinding) => void;
  readonly options?: Partial<PictureWatchOptions>;
}

export interface PictureWatchOptions {
  /** Keyframes decoded on average; each costs about 9 ms of processor time, in batches. */
  readonly looksPerSecond: number;
  /** Keyframes a child decodes; a smaller batch is not held back longer than `batchMs`. */
  readonly batch: number;
  readonly batchMs: number;
  /** How long and how often the very same coded picture must come to be called frozen without a look. */
  readonly sameMs: number;
  readonly sameCount: number;
  /** How often it is decided whom to look at next. */
  readonly tickMs: number;
}

export interface PictureWatchStats {
  readonly cameras: number;
  readonly looks: number;
  readonly looksFailed: number;
  readonly withFault: number;
}

const DEFAULTS: PictureWatchOptions = {
  looksPerSecond: 1,
  batch: 16,
  batchMs: 15_000,
  sameMs: 20_000,
  sameCount: 5,
  tickMs: 1000,
};
/** A camera without a keyframe for so long has other troubles. */
const KEYFRAME_WITHIN_MS = 30_000;
const LOOK_AFTER_JUMP_EVERY_MS = 300_000;
/** Of all cameras that were looked at; fewer than so many cameras are no weather. */
const WIDESPREAD_SHARE = 0.15;
const WIDESPREAD_CAMERAS = 4;
const NIGHT_BELOW_DEGREES = 3;

const REASONS: Readonly<Record<PictureFault | 'good', string>> = {
  frozen: 'Packets arrive, but the picture has not changed for minutes.',
  black: 'The picture is black.',
  blinded: 'The picture shows next to nothing: covered, sprayed on, or blinded by light.',
  blurred: 'The picture is out of focus, or the glass is dirty.',
  good: 'The picture is in order again.',
};

interface WaitingLook extends SentKeyframe {
  readonly watched: Watched;
  readonly capturedAt: EpochMs;
}

export function createPictureWatch(deps: PictureWatchDeps): PictureWatch {
  const options = { ...DEFAULTS, ...deps.options };
  const watch = new Watch(deps, options);
  const ticking = setInterval(() => watch.tick(), options.tickMs);
  ticking.unref();
  return {
    watch: (camera) => watch.add(camera),
    get stats() {
      return watch.stats();
    },
    close() {
      clearInterval(ticking);
      watch.close();
    },
  };
}

class Watch {
  readonly #deps: PictureWatchDeps;
  readonly #options: PictureWatchOptions;
  readonly #watched = new Map<Watched, Lifetime>();
  #waiting: WaitingLook[] = [];
  #waitingSince = 0;
  #decoding = false;
  #allowance = 0;
  #againFirst = false;
  #looks = 0;
  #failed = 0;
  #complained = false;

  constructor(deps: PictureWatchDeps, options: PictureWatchOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  add(picture: WatchedPicture): Lifetime {
    const watched: Watched = {
      ...picture,
      keyframes: new KeyframeWatch(),
      judge: new PictureJudge(),
      same: false,
      told: 'good',
      looksLike: undefined,
      looked: false,
      turnAt: this.#watched.size,
      againAt: undefined,
      jumpedAt: -Infinity,
      wantedUntil: undefined,
    };
    const write = (unit: AccessUnit): boolean => {
      this.#take(watched, unit);
      return true;
    };
    const options = { from: 'live', keyframesOnly: true, borrows: true } as const;
    this.#watched.set(watched, this.#deps.hub.read(picture.stream, { write }, options));
    return lifetime(() => this.#remove(watched));
  }

  /** Chooses who is looked at next, as far as the allowance goes. */
  tick(): void {
    const now = this.#deps.clock.monotonicMs();
    const { looksPerSecond, batch, batchMs, tickMs } = this.#options;
    this.#allowance = Math.min(batch, this.#allowance + (looksPerSecond * tickMs) / 1000);
    while (this.#allowance >= 1) {
      this.#againFirst = !this.#againFirst;
      const next = nextToLookAt(this.#watched.keys(), now, this.#againFirst);
      if (next === undefined) break;
      next.wantedUntil = now + KEYFRAME_WITHIN_MS;
      this.#allowance--;
    }
    const isOld = now - this.#waitingSince >= batchMs;
    if (this.#waiting.length >= batch || (this.#waiting.length > 0 && isOld)) void this.#decode();
  }

  stats(): PictureWatchStats {
    const withFault = [...this.#watched.keys()].filter(({ told }) => told !== 'good').length;
    return { cameras: this.#watched.size, looks: this.#looks, looksFailed: this.#failed, withFault };
  }

  close(): void {
    for (const watched of [...this.#watched.keys()]) this.#remove(watched);
  }

  #remove(watched: Watched): void {
    void this.#watched.get(watched)?.close();
    this.#watched.delete(watched);
  }

  /** On the writer's stack: the picture's bytes are only borrowed. */
  #take(watched: Watched, unit: AccessUnit): void {
    const { sameMs, sameCount } = this.#options;
    const signs = watched.keyframes.take(unit);
    const now = this.#deps.clock.monotonicMs();
    const same = signs.sameForMs >= sameMs && signs.sameCount >= sameCount;
    if (same !== watched.same) {
      watched.same = same;
      this.#conclude(watched, unit.capturedAt);
    }
    if (signs.sizeJumped && now - watched.jumpedAt > LOOK_AFTER_JUMP_EVERY_MS) {
      watched.jumpedAt = now;
      watched.againAt = now;
    }
    if (watched.wantedUntil === undefined) return;
    giveUp(watched, now);
    if (this.#waiting.length === 0) this.#waitingSince = now;
    if (this.#waiting.length < 4 * this.#options.batch)
      this.#waiting.push({
        watched,
        capturedAt: unit.capturedAt,
        format: unit.format,
        data: Buffer.from(unit.data),
      });
  }

  /** One child at a time, one codec a child. */
  async #decode(): Promise<void> {
    if (this.#decoding) return;
    this.#decoding = true;
    const codec = this.#waiting[0]!.format.codec;
    const batch = this.#waiting.filter((each) => each.format.codec === codec).slice(0, this.#options.batch);
    this.#waiting = this.#waiting.filter((each) => !batch.includes(each));
    this.#waitingSince = this.#deps.clock.monotonicMs();
    try {
      const contents = await this.#deps.darkroom.look(batch);
      for (const [i, look] of batch.entries()) this.#look(look, contents[i]);
      this.#complained = false;
    } catch (failure) {
      this.#failed += batch.length;
      if (!this.#complained)
        this.#deps.log.warn({ error: (failure as Error).message }, 'pictures cannot be looked at');
      this.#complained = true;
    } finally {
      this.#decoding = false;
    }
  }

  #look({ watched, capturedAt }: WaitingLook, content: PictureContent | undefined): void {
    if (!this.#watched.has(watched)) return;
    if (content === undefined) {
      this.#failed++;
      return;
    }
    this.#looks++;
    const verdict = watched.judge.look({
      content,
      at: capturedAt,
      night: isNight(watched.location, capturedAt),
      widespread: (fault) => this.#isWidespread(fault, watched),
    });
    watched.looked = true;
    watched.looksLike = verdict.looksLike;
    if (verdict.lookAgainMs !== undefined)
      watched.againAt = this.#deps.clock.monotonicMs() + verdict.lookAgainMs;
    this.#conclude(watched, capturedAt);
  }

  /** Fog, rain on the glass, a night without current: what many cameras show at once is no fault of each. */
  #isWidespread(fault: PictureFault, except: Watched): boolean {
    let looked = 0;
    let alike = 0;
    for (const each of this.#watched.keys()) {
      if (each === except || !each.looked) continue;
      looked++;
      if (each.looksLike === fault) alike++;
    }
    return alike >= WIDESPREAD_CAMERAS && alike >= looked * WIDESPREAD_SHARE;
  }

  #conclude(watched: Watched, at: EpochMs): void {
    const state = watched.judge.fault ?? (watched.same ? 'frozen' : 'good');
    if (state === watched.told) return;
    watched.told = state;
    this.#deps.tell({ camera: watched.camera, state, reason: REASONS[state], at });
  }
}

function isNight(location: Location | undefined, at: EpochMs): boolean | undefined {
  if (location === undefined) return undefined;
  return sunElevationDegrees(at, location.latitude, location.longitude) < NIGHT_BELOW_DEGREES;
}
