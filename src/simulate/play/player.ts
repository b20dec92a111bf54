import type { Clock } from '#base';
import type { Camera } from '../camera.ts';
import { Damage, isDamaging } from '../fault/damage.ts';
import { type Effects, NO_EFFECTS } from '../fault/fault.ts';
import { type Random, random, randomBelow } from '../random.ts';
import type { Channels } from '../rtsp/transport.ts';
import type { Tally } from '../tally.ts';
import { AUDIO_FRAME, AUDIO_PACKET_MS, AUDIO_SAMPLES } from './audio.ts';
import type { Outbox } from './outbox.ts';
import { Position } from './position.ts';
import { RtpStream } from './rtp-stream.ts';
import type { Scratch } from './scratch.ts';
import { SENDER_REPORT_FRAME, writeSenderReport } from './sender-report.ts';
import type { Due, Wheel } from './wheel.ts';

/** What all players of a simulator share. */
export interface Stage {
  readonly clock: Clock;
  readonly wheel: Wheel;
  readonly scratch: Scratch;
  readonly tally: Tally;
  /** Monotonic time of the simulator's start, the zero of every program. */
  readonly startMs: number;
  readonly senderReportMs: number;
  /** Pictures that go out together, when the last of them is due. */
  readonly picturesPerWrite: number;
}

export interface PlayedTracks {
  readonly video: Channels | undefined;
  readonly audio: Channels | undefined;
}

const STALLED_MS = 1000;

/** Most packets of sound sent with one picture; what a long gap leaves over follows with the next. */
const SOUND_AT_ONCE = 50;

/** Reports and sound that may go with one picture. */
const MOST_BESIDE_PICTURE = SOUND_AT_ONCE * AUDIO_FRAME + 2 * SENDER_REPORT_FRAME;

/** Sends one camera's pictures to one client, each with one write at the time it is due. */
export class Player implements Due {
  dueMs = 0;
  nextDue: Due | undefined;
  readonly startedMs: number;
  readonly #stage: Stage;
  readonly #camera: Camera;
  readonly #outbox: Outbox;
  readonly #random: Random;
  readonly #session: number;
  readonly #video: RtpStream | undefined;
  readonly #audio: RtpStream | undefined;
  #position: Position;
  /** Until the next keyframe nothing is sent. */
  #waiting: boolean;
  #reportDueMs = 0;
  #audioPackets: number;
  #damage: Damage | undefined;
  #damageOf: Effects = NO_EFFECTS;
  #stopped = false;

  constructor(stage: Stage, camera: Camera, outbox: Outbox, tracks: PlayedTracks) {
    this.#stage = stage;
    this.#camera = camera;
    this.#outbox = outbox;
    this.#session = ++camera.counters.sessionsStarted;
    this.#random = random(camera.index * 65_537 + this.#session);
    this.startedMs = stage.clock.monotonicMs();
    this.#waiting = camera.options.join === 'next-keyframe';
    this.#position = this.#seek(this.startedMs);
    this.#audioPackets = Math.floor((this.startedMs - stage.startMs) / AUDIO_PACKET_MS);
    this.#video = tracks.video && this.#stream(tracks.video, camera.ssrc);
    this.#audio = tracks.audio && this.#stream(tracks.audio, (camera.ssrc + 1) >>> 0);
    const { timestampStart } = camera.options;
    if (timestampStart !== undefined)
      this.#video?.shift(timestampStart - this.#video.timestamp(this.#position.presented90k));
    stage.wheel.at(this);
    stage.tally.playing++;
  }

  /** Sequence number and timestamp of the first packet of each track, for RTP-Info. */
  first(track: keyof PlayedTracks): { readonly sequence: number; readonly timestamp: number } | undefined {
    const stream = track === 'video' ? this.#video : this.#audio;
    const running = track === 'video' ? this.#position.presented90k : this.#audioPackets * AUDIO_SAMPLES;
    return stream && { sequence: stream.sequence, timestamp: stream.timestamp(running) };
  }

  /** Moves all later timestamps. */
  jump(seconds: number): void {
    this.#video?.shift(Math.round(seconds * 90_000));
    this.#audio?.shift(Math.round(seconds * 8000));
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stage.tally.playing--;
  }

  run(nowMs: number): void {
    if (this.#stopped) return;
    if (this.#position.program !== this.#camera.program) this.#resume(nowMs);
    else if (nowMs - this.dueMs > STALLED_MS) this.#skip(nowMs);
    while (this.dueMs <= nowMs) this.#send(nowMs);
    this.#stage.wheel.at(this);
  }

  #stream(channels: Channels, ssrc: number): RtpStream {
    const sequence = this.#camera.options.sequenceStart ?? randomBelow(this.#random, 0x10000);
    return new RtpStream(channels, ssrc, sequence, randomBelow(this.#random, 2 ** 32));
  }

  #seek(nowMs: number): Position {
    this.#position = new Position(this.#camera.program, (nowMs - this.#stage.startMs) * 90, this.#waiting);
    this.#setDue();
    return this.#position;
  }

  #setDue(): void {
    const { program, due90k } = this.#position;
    const more = this.#stage.picturesPerWrite - 1;
    const apart90k = program.packed.duration90k / program.packed.count;
    this.dueMs = this.#stage.startMs + (due90k + more * apart90k) / 90;
  }

  /** From the next keyframe on. */
  #resume(nowMs: number): void {
    this.#waiting = true;
    this.#seek(nowMs);
  }

  /** A process that slept does not send what it missed, as a camera would not. */
  #skip(nowMs: number): void {
    const { packed } = this.#position.program;
    const missed = ((nowMs - this.dueMs) * 90 * packed.count) / packed.duration90k;
    this.#stage.tally.picturesSkipped += Math.floor(missed);
    this.#resume(nowMs);
  }

  #mayGo(nowMs: number): boolean {
    const { effects } = this.#camera;
    if (effects !== NO_EFFECTS && this.#isWithheld(effects, nowMs)) return false;
    if (this.#outbox.full) {
      this.#waiting = true;
      this.#camera.counters.picturesDropped++;
      this.#stage.tally.picturesDropped++;
      return false;
    }
    if (this.#waiting && !this.#position.keyframe) return false;
    this.#waiting = false;
    return true;
  }

  /** What the camera never sends because of a fault: no sequence number is spent on it. */
  #isWithheld(effects: Effects, nowMs: number): boolean {
    const { silent } = effects;
    if (silent !== undefined && nowMs - this.startedMs >= silent.afterPlayingSeconds * 1000) {
      this.#waiting = true;
      return true;
    }
    if (effects['no-keyframes'] === undefined) return false;
    this.#waiting = false;
    return this.#position.keyframe;
  }

  /** What is due, with one write. */
  #send(turnedMs: number): void {
    const { scratch, clock, tally, picturesPerWrite } = this.#stage;
    const nowMs = clock.monotonicMs();
    scratch.claim(picturesPerWrite * (this.#position.program.packed.largestPicture + MOST_BESIDE_PICTURE));
    const start = scratch.at;
    let end = start;
    for (let left = picturesPerWrite; left > 0; left--) {
      if (this.#mayGo(turnedMs)) end = this.#compose(end, nowMs);
      this.#position.step();
    }
    if (end > start && !this.#write(start, end)) scratch.keep(end - start);
    tally.late(nowMs - this.dueMs);
    this.#setDue();
  }

  /** One picture, behind the report and the sound that are due; returns where it ends. */
  #compose(at: number, nowMs: number): number {
    const { tally, scratch } = this.#stage;
    const { counters, effects } = this.#camera;
    let end = at;
    if (nowMs >= this.#reportDueMs && effects['no-sender-reports'] === undefined)
      end = this.#reports(end, nowMs);
    if (this.#audio !== undefined) end = this.#sound(this.#audio, end, nowMs);
    if (this.#video !== undefined) {
      const { program, index, presented90k } = this.#position;
      const timestamp = this.#video.timestamp(presented90k);
      end = this.#video.picture(scratch.block, end, program.packed, index, timestamp);
    }
    tally.pictures++;
    tally.bytes += end - at;
    counters.pictures++;
    counters.bytes += end - at;
    return end;
  }

  #write(start: number, end: number): boolean {
    const written = this.#stage.scratch.block.subarray(start, end);
    const damage = this.#currentDamage();
    if (damage === undefined) return this.#outbox.write(written);
    const lostBefore = damage.packetsLost;
    this.#outbox.write(damage.apply(written));
    this.#stage.tally.packetsLost += damage.packetsLost - lostBefore;
    return true;
  }

  #currentDamage(): Damage | undefined {
    const { effects } = this.#camera;
    if (effects === this.#damageOf) return this.#damage;
    this.#damageOf = effects;
    const channel = this.#video?.channels.rtp;
    const damaging = channel !== undefined && isDamaging(effects);
    this.#damage = damaging ? new Damage(effects, channel, this.#session) : undefined;
    return this.#damage;
  }

  /** The packets of sound that have become due since the last picture. */
  #sound(stream: RtpStream, at: number, nowMs: number): number {
    const until = Math.floor((nowMs - this.#stage.startMs) / AUDIO_PACKET_MS);
    let end = at;
    for (let left = Math.min(SOUND_AT_ONCE, until - this.#audioPackets); left > 0; left--) {
      const timestamp = stream.timestamp(this.#audioPackets++ * AUDIO_SAMPLES);
      end = stream.sound(this.#stage.scratch.block, end, timestamp);
    }
    return end;
  }

  #reports(at: number, nowMs: number): number {
    this.#reportDueMs = nowMs + this.#stage.senderReportMs;
    const { presented90k, captured90k } = this.#position;
    const afterVideo = this.#report(this.#video, at, nowMs, captured90k / 90, presented90k);
    const soundMs = this.#audioPackets * AUDIO_PACKET_MS;
    return this.#report(this.#audio, afterVideo, nowMs, soundMs, this.#audioPackets * AUDIO_SAMPLES);
  }

  /** `takenMs` since the simulator's start, `running` the same moment in the track's ticks. */
  #report(
    stream: RtpStream | undefined,
    at: number,
    nowMs: number,
    takenMs: number,
    running: number,
  ): number {
    if (stream === undefined) return at;
    const { clock, startMs, scratch } = this.#stage;
    const capturedAt = clock.now() - nowMs + startMs + takenMs + this.#clockErrorMs();
    writeSenderReport(scratch.block, at, stream, capturedAt, stream.timestamp(running));
    return at + SENDER_REPORT_FRAME;
  }

  #clockErrorMs(): number {
    const wrong = this.#camera.effects.clock;
    const wander = wrong === undefined ? 0 : (this.#random() * 2 - 1) * wrong.wanderMs;
    return this.#camera.options.clockOffsetMs + (wrong?.offsetMs ?? 0) + wander;
  }
}
