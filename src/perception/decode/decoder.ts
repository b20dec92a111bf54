import type { Clock, Lifetime } from '#base';
import type { CameraId } from '#camera';
import { H264_NAL, H265_NAL, h264NalType, h265NalType, toAnnexB } from '#codec';
import type { AccessUnit, VideoFormat } from '#ingest';
import type { Size } from '../detect/candidate.ts';
import type { Picture, View } from '../track.ts';
import { decoderArguments } from './arguments.ts';
import { type DecoderChild, startDecoderChild } from './child.ts';
import { parameterSets } from './decode-once.ts';
import { matroskaHead, pictureHead } from './matroska.ts';
import { PictureSheet, PixelStock } from './picture-sheet.ts';
import { TimeLine } from './time-line.ts';

/** So much is handed over though no picture of it is wanted. */
const MOST_UNFLUSHED_BYTES = 256 << 10;
/** Beyond either, the decoder is too slow and the camera skips to its next keyframe: an old picture is of no use to anybody. */
const MOST_WAITING_BYTES = 4 << 20;
const MOST_BEHIND_MS = 2500;
/** A wanted picture that has not come out after so long: the child hangs. The first one may wait for the program to start. */
const HUNG_AFTER_MS = 20_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
/** A child that has worked for so long has earned a quick restart. */
const PROVEN_AFTER_MS = 20_000;
/** Pictures of one camera that may be under way at once: being filled, waiting, being looked at. */
const PICTURES_UNDER_WAY = 4;

export interface DecoderOptions {
  readonly camera: CameraId;
  readonly clock: Clock;
  readonly ffmpeg: string;
  /** How pictures of this format are to come out. */
  layout(format: VideoFormat): { readonly size: Size; readonly views: readonly View[] };
  /** Called for every wanted picture that comes out, in the order of display. Give the pixels back with `recycle`. */
  picture(picture: Picture): void;
  /** The child ended by itself, hung or could not be started; it is started again by itself. */
  trouble(problem: string): void;
}

export interface DecoderStats {
  readonly restarts: number;
  /** Access units left out: waiting for a keyframe, or because the child was too slow. */
  readonly skipped: number;
  readonly pictures: number;
}

/** The decoder of one camera: one ffmpeg child, started again whenever it fails or the stream begins anew. */
export interface Decoder extends Lifetime {
  readonly stats: DecoderStats;
  /** A unit that is not wanted is decoded for those after it; its picture does not come out. Keeps nothing of the unit. */
  write(unit: AccessUnit, wanted: boolean): void;
  /** Units are missing in front of the next one, a keyframe. */
  gap(): void;
  /** To be called about once a second: ends a child that hangs. */
  check(): void;
  recycle(pixels: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

interface Run {
  readonly format: VideoFormat;
  readonly child: DecoderChild;
  readonly times: TimeLine;
  readonly startedMs: number;
  /** Since when nothing has come out though something was wanted. */
  silentSinceMs: number | undefined;
}

export function createDecoder(options: DecoderOptions): Decoder {
  const { clock } = options;
  const stats = { restarts: 0, skipped: 0, pictures: 0 };
  let run: Run | undefined;
  let stock = new PixelStock(0, 0);
  let unflushed = 0;
  let failures = 0;
  let retryAtMs = -Infinity;
  /** Nothing is taken before the next keyframe. */
  let broken = true;
  /** Nothing but one keyframe has been taken: pictures that need those before it cannot be decoded. */
  let fresh = true;

  const stop = (): void => {
    run?.child.kill();
    run = undefined;
    broken = true;
  };
  const failed = (problem: string): void => {
    const nowMs = clock.monotonicMs();
    if (run !== undefined && nowMs - run.startedMs > PROVEN_AFTER_MS) failures = 0;
    stop();
    failures++;
    stats.restarts++;
    retryAtMs = nowMs + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
    options.trouble(problem);
  };
  const begin = (format: VideoFormat): Run => {
    const { size, views } = options.layout(format);
    stock = new PixelStock(size.width * size.height * 3 * views.length, PICTURES_UNDER_WAY);
    const times = new TimeLine();
    const pair = pairing((ticks, pixels) => {
      started.silentSinceMs = undefined;
      const capturedAt = times.cameOut(ticks);
      if (capturedAt === undefined) return stock.give(pixels);
      stats.pictures++;
      options.picture({ camera: options.camera, capturedAt, ...size, pixels, views });
    });
    const sheet = new PictureSheet(stock, pair.pixels);
    const child = startDecoderChild(options.ffmpeg, decoderArguments(size, views), {
      pixels: (piece) => sheet.write(piece),
      time: pair.ticks,
      ended: (complaint) => failed(`the decoder ended: ${complaint}`),
    });
    child.write(matroskaHead({ ...format, parameterSets: parameterSets(format) }));
    const started: Run = { format, child, times, startedMs: clock.monotonicMs(), silentSinceMs: undefined };
    return started;
  };
  const take = (unit: AccessUnit, wanted: boolean, on: Run): void => {
    const { child, times } = on;
    if (wanted) on.silentSinceMs ??= clock.monotonicMs();
    const bytes = toAnnexB(unit.data);
    child.write(pictureHead(times.timeOf(unit, wanted, clock.monotonicMs()), unit.keyframe, bytes.length));
    child.write(bytes);
    // What nobody waits for is decoded with the next that is wanted: a quarter of the wake-ups.
    unflushed += bytes.length;
    if (!wanted && unflushed < MOST_UNFLUSHED_BYTES) return;
    child.flush();
    unflushed = 0;
  };

  return {
    stats,
    write(unit, wanted) {
      if (unit.keyframe) {
        if (mustBegin(run, unit, broken) && clock.monotonicMs() >= retryAtMs) {
          stop();
          run = begin(unit.format);
        }
        fresh = broken;
        broken = run === undefined || run.format !== unit.format;
      }
      if (run !== undefined && isBehind(run, clock.monotonicMs())) {
        broken = true;
        run.times.forget();
      }
      if (run === undefined || broken || (fresh && unit.needsPreviousGroup === true)) stats.skipped++;
      else take(unit, wanted, run);
    },
    gap() {
      broken = true;
    },
    check() {
      const since = run?.silentSinceMs;
      const waited = since === undefined ? 0 : clock.monotonicMs() - since;
      if (waited > HUNG_AFTER_MS) failed(`the decoder hangs: no picture for ${Math.round(waited)} ms`);
    },
    recycle: (pixels) => stock.give(pixels),
    close: stop,
  };
}

/**
 * Whether this keyframe needs a decoder that knows nothing: another format, or a break in front of a picture that
 * does not clear the decoder by itself, as an IDR picture does.
 */
function mustBegin(run: Run | undefined, unit: AccessUnit, broken: boolean): boolean {
  if (run === undefined || run.format !== unit.format) return true;
  return (broken || unit.discontinuity) && !isIdr(unit);
}

function isBehind({ child, times }: Run, nowMs: number): boolean {
  const since = times.waitingSinceMs;
  return child.waitingBytes > MOST_WAITING_BYTES || (since !== undefined && nowMs - since > MOST_BEHIND_MS);
}

function isIdr({ data, format }: AccessUnit): boolean {
  for (let at = 0; at + 4 < data.length; at += 4 + data.readUInt32BE(at)) {
    const first = data[at + 4]!;
    const type = format.codec === 'h264' ? h264NalType(first) : h265NalType(first);
    if (
      format.codec === 'h264'
        ? type === H264_NAL.idrSlice
        : type === H265_NAL.idrWRadl || type === H265_NAL.idrNLp
    )
      return true;
  }
  return false;
}

/** Joins pictures with their times; the two come over different pipes, in the same order. */
function pairing(done: (ticks: number, pixels: Uint8Array<ArrayBuffer>) => void) {
  const waitingTicks: number[] = [];
  const waitingPixels: Uint8Array<ArrayBuffer>[] = [];
  const join = (): void => {
    while (waitingTicks.length > 0 && waitingPixels.length > 0)
      done(waitingTicks.shift()!, waitingPixels.shift()!);
  };
  return {
    ticks(ticks: number) {
      waitingTicks.push(ticks);
      join();
    },
    pixels(pixels: Uint8Array<ArrayBuffer>) {
      waitingPixels.push(pixels);
      join();
    },
  };
}
