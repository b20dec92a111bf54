import type { EpochMs } from '#base';
import type { AccessUnit, VideoCodec, VideoFormat } from '../access-unit.ts';
import { ArrivalJitter } from './arrival-jitter.ts';
import { CaptureClock } from './capture-clock.ts';
import { Continuity, type PictureCounts } from './continuity.ts';
import { unpackH264 } from './h264-payload.ts';
import { H264Pictures } from './h264-pictures.ts';
import { unpackH265 } from './h265-payload.ts';
import { H265Pictures } from './h265-pictures.ts';
import { MediaTime } from './media-time.ts';
import type { RtpPacket } from './packet.ts';
import { PictureAssembly } from './picture-assembly.ts';
import type { ChunkPool } from './picture-chunks.ts';
import { PictureMemory } from './picture-memory.ts';
import type { PictureRules } from './picture-rules.ts';
import { PictureTiming } from './picture-timing.ts';

export interface PictureStreamOptions {
  readonly codec: VideoCodec;
  /** From the session description; those in the stream replace them. */
  readonly parameterSets: readonly Buffer[];
  readonly maxPictureBytes: number;
  readonly pool: ChunkPool;
  readonly counts: PictureCounts;
  readonly write: (unit: AccessUnit) => void;
}

const MAX_BACK_REORDERED = 2 * 90_000;
const MAX_BACK = 90_000 / 5;
/** Times that timestamps may contradict the order of pictures, each costing a group, before the camera is refused. */
const MAX_CONTRADICTIONS = 5;

/**
 * RTP payloads in order -> access units. A lost or malformed packet costs its picture and all up to the next keyframe:
 * whatever comes out can be decoded. Finds the pictures' limits also where markers are absent or wrong.
 */
export class PictureStream {
  readonly #write: (unit: AccessUnit) => void;
  readonly #rules: PictureRules;
  readonly #unpack: typeof unpackH264;
  readonly #picture: PictureAssembly;
  readonly #time = new MediaTime();
  readonly #timing = new PictureTiming();
  readonly #continuity: Continuity;
  readonly memory: PictureMemory;
  readonly clock = new CaptureClock();
  readonly #jitter = new ArrivalJitter();
  #promptly = false;

  /** A packet of the picture at `#timestamp` has come, and its end has not. */
  #open = false;
  #timestamp = -1;
  #pts90k = 0;
  #receivedAt: EpochMs = 0;
  #damaged = false;
  #markers: 'unproven' | 'honest' | 'useless' = 'unproven';
  #markerSeen = false;

  #setsInStream = false;
  #droppingLeading = true;
  #format: VideoFormat | undefined;
  #learnedDepth = 0;
  #contradictions = 0;
  #refusal: string | undefined;

  constructor(options: PictureStreamOptions) {
    this.#continuity = new Continuity(options.counts);
    this.#write = options.write;
    this.#rules = options.codec === 'h264' ? new H264Pictures() : new H265Pictures();
    this.#unpack = options.codec === 'h264' ? unpackH264 : unpackH265;
    this.memory = new PictureMemory(options.pool, options.maxPictureBytes);
    this.#picture = new PictureAssembly(this.#rules, this.memory);
    for (const nal of options.parameterSets) if (nal.length > 2) this.#rules.parameterSet(nal);
  }

  /** What about the stream this program does not play, in words; whoever feeds it must stop then. */
  get refusal(): string | undefined {
    return this.#refusal ?? this.#rules.refusal;
  }

  /** Why keyframes cannot be used, where they come but their parameter sets are missing or malformed. */
  get problem(): string | undefined {
    return this.#rules.problem;
  }

  /** Whether bytes are read as they come, so that their arrival says something. */
  set promptly(promptly: boolean) {
    this.#promptly = promptly;
    this.#jitter.pause();
  }

  get jitterMs(): number | undefined {
    return this.#promptly ? this.#jitter.ms : undefined;
  }

  /** The unwrapped presentation time of a timestamp near the last picture; undefined before the first. */
  timeNear(timestamp: number): number | undefined {
    return this.#time.near(timestamp);
  }

  packet(packet: RtpPacket, buffer: Buffer, receivedAt: EpochMs): void {
    if (!this.#open || packet.timestamp !== this.#timestamp) this.#begin(packet.timestamp);
    else if (this.#markerSeen) this.#markers = 'useless';
    this.#continuity.packetCame();
    this.#receivedAt = receivedAt;
    if (!this.#unpack(this.#picture, buffer, packet.payloadStart, packet.payloadEnd)) this.#damaged = true;
    if (!packet.marker || !this.#picture.hasSlice) return;
    if (this.#markers === 'honest') this.#end();
    else this.#markerSeen = true;
  }

  /** Packets are missing between the last one given and the next. */
  lost(): void {
    if (this.#open) this.#damaged = true;
    this.#continuity.lost(this.#open);
  }

  #begin(timestamp: number): void {
    if (this.#open) {
      if (this.#markerSeen && this.#markers === 'unproven') this.#markers = 'honest';
      this.#end();
    }
    const reordered = this.#rules.reorderedPictures !== 0;
    this.#pts90k = this.#time.advance(timestamp, reordered ? MAX_BACK_REORDERED : MAX_BACK);
    if (this.#time.jumped) this.#jump();
    this.#open = true;
    this.#timestamp = timestamp;
    this.#damaged = false;
    this.#markerSeen = false;
    this.#continuity.pictureBegins();
  }

  /** Reordered pictures cannot be told apart across a leap of the timestamps; others just go on. */
  #jump(): void {
    this.#continuity.broken = true;
    if (this.#timing.depth > 0) this.#continuity.waitForKeyframe();
  }

  #end(): void {
    this.#open = false;
    const picture = this.#picture;
    const continuity = this.#continuity;
    if (!picture.hasSlice && !picture.hasOpenUnit) {
      if (this.#damaged) continuity.vanished();
      picture.discard();
      return;
    }
    const complete = this.#isComplete();
    if (complete) continuity.complete();
    const whole = complete && (!continuity.lossBefore || picture.hasParameterSets || !this.#setsInStream);
    this.#setsInStream ||= picture.hasParameterSets;
    if (!whole) this.#drop();
    else if (picture.keyframe ? this.#startGroup() : this.#continuesGroup()) this.#emit();
  }

  /** From its first slice on; what may have come before that is another question. */
  #isComplete(): boolean {
    const picture = this.#picture;
    if (this.#damaged || picture.hasOpenUnit) return false;
    const cutByMarker = !picture.beginsWithFirstSlice && !this.#continuity.lossBefore;
    if (cutByMarker && this.#markers === 'honest') this.#markers = 'useless';
    return picture.beginsWithFirstSlice;
  }

  #drop(): void {
    this.#picture.discard();
    this.#continuity.dropped();
  }

  /** True: the keyframe may come out. */
  #startGroup(): boolean {
    const format = this.#rules.formatFor(this.#picture.firstSlice());
    if (format === undefined) {
      this.#drop();
      return false;
    }
    this.#droppingLeading = this.#continuity.waiting;
    const depth = this.#rules.reorderedPictures ?? this.#learnedDepth;
    if (this.#continuity.waiting || format !== this.#format || depth > this.#timing.depth) {
      const framesPerSecond = this.#rules.framesPerSecond;
      const duration90k = framesPerSecond === undefined ? this.#time.usualStep : 90_000 / framesPerSecond;
      this.#timing.restart(
        Math.max(depth, this.#learnedDepth),
        this.#pts90k,
        duration90k,
        this.#rules.leadingPictures,
      );
    }
    this.#format = format;
    return this.#place();
  }

  /** True: the picture may come out. */
  #continuesGroup(): boolean {
    if (this.#picture.skippedLeading && this.#droppingLeading) {
      this.#picture.discard();
      return false;
    }
    if (this.#continuity.waiting || this.#rules.changed) {
      this.#drop();
      return false;
    }
    return this.#place();
  }

  #place(): boolean {
    const picture = this.#picture;
    const order = this.#rules.needsOrder ? this.#rules.orderCount(picture.firstSlice()) : undefined;
    const placement = this.#timing.place(this.#pts90k, order, picture.keyframe);
    if (placement === 'placed') return true;
    if (placement === 'deeper') this.#learnedDepth = this.#timing.depth + 1;
    else if (++this.#contradictions > MAX_CONTRADICTIONS)
      this.#refusal = 'B-frames with timestamps that contradict their order';
    this.#drop();
    return false;
  }

  #emit(): void {
    const picture = this.#picture;
    const { broken } = this.#continuity;
    const unit = picture.take({
      format: this.#format!,
      keyframe: picture.keyframe,
      needsPreviousGroup: picture.skippedLeading,
      pts90k: this.#timing.pts90k,
      dts90k: this.#timing.dts90k,
      capturedAt: this.clock.capturedAt(this.#pts90k, this.#receivedAt),
      receivedAt: this.#receivedAt,
      sequence: this.#continuity.cameOut(),
      discontinuity: broken,
    });
    if (this.#promptly) this.#jitter.observe(unit.dts90k, unit.receivedAt);
    this.#write(unit);
  }
}
