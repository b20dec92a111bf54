import type { Clock, Lifetime, Log } from '#base';
import type { StreamId } from '#camera';
import type { AccessUnit, VideoFormat } from '#ingest';
import type { Hub, Reader } from '#live';
import type { Darkroom } from '../darkroom/darkroom.ts';
import type { Encoding } from '../darkroom/remote-encoder.ts';
import type { ReadSample } from '../mp4/fragment-reader.ts';
import { createMuxer } from '../mp4/muxer.ts';

export interface TranscodingDeps {
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: Log;
  readonly darkroom: Pick<Darkroom, 'encode'>;
  readonly mostWidth: number;
  readonly restartMs: number;
}

/** Pictures inside the encoder whose capture times are remembered. */
const MOST_INSIDE = 256;
/** An encoder that fails so often without ever giving a picture gives up. */
const MOST_FAILURES = 3;

/** One stream read from the hub, encoded anew, and written back into it under another name. */
export class Transcoding implements Reader {
  readonly stream: StreamId;
  readonly #deps: TranscodingDeps;
  readonly #failed: (reason: string) => void;
  readonly #muxer = createMuxer();
  readonly #capturedAt = new Map<number, number>();
  readonly #reading: Lifetime;
  #encoder: Encoding | undefined;
  #input: VideoFormat | undefined;
  #output: VideoFormat | undefined;
  #sequence = 0;
  #startsAnew = true;
  #failures = 0;
  #restartAt = 0;
  #closed = false;

  constructor(source: StreamId, stream: StreamId, deps: TranscodingDeps, failed: (reason: string) => void) {
    this.stream = stream;
    this.#deps = deps;
    this.#failed = failed;
    this.#reading = deps.hub.read(source, this, { from: 'cached' });
  }

  write(unit: AccessUnit): boolean {
    if (this.#closed) return true;
    if (this.#encoder === undefined || unit.format !== this.#input) {
      if (!unit.keyframe || this.#deps.clock.monotonicMs() < this.#restartAt) return false;
      this.#start(unit.format);
    }
    const head = this.#muxer.fragmentHead(unit, 'full');
    this.#remember(presentationTicks(head), unit.capturedAt);
    return this.#encoder!.write(Buffer.concat([head, unit.data]));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    void this.#reading.close();
    this.#encoder?.close();
    this.#deps.hub.forget(this.stream);
  }

  /** ffmpeg does not follow a change of format within one input. */
  #start(format: VideoFormat): void {
    this.#encoder?.close();
    this.#input = format;
    this.#startsAnew = true;
    this.#capturedAt.clear();
    const encoder = this.#deps.darkroom.encode(this.#deps.mostWidth, {
      format: (output) => {
        this.#output = output;
      },
      sample: (sample) => this.#handOn(sample),
      ended: (reason) => {
        if (this.#encoder === encoder) this.#ended(reason);
      },
    });
    this.#encoder = encoder;
    encoder.write(this.#muxer.initSegment(format));
  }

  #handOn(sample: ReadSample): void {
    const pts90k = sample.decodeTime + sample.compositionOffset;
    const now = this.#deps.clock.now();
    this.#failures = 0;
    this.#deps.hub.write(this.stream, {
      data: sample.data,
      format: this.#output!,
      keyframe: sample.keyframe,
      pts90k,
      dts90k: sample.decodeTime,
      capturedAt: this.#capturedAt.get(pts90k) ?? now,
      receivedAt: now,
      sequence: this.#sequence++,
      discontinuity: this.#startsAnew,
    });
    this.#startsAnew = false;
    this.#capturedAt.delete(pts90k);
  }

  #remember(pts90k: number, capturedAt: number): void {
    this.#capturedAt.set(pts90k, capturedAt);
    if (this.#capturedAt.size > MOST_INSIDE) this.#capturedAt.delete(this.#capturedAt.keys().next().value!);
  }

  #ended(reason = 'it gave no reason'): void {
    this.#encoder = undefined;
    this.#restartAt = this.#deps.clock.monotonicMs() + this.#deps.restartMs;
    this.#deps.log.warn({ stream: this.stream, reason }, 'an encoder ended unasked');
    if (++this.#failures >= MOST_FAILURES)
      this.#failed(`The encoder failed ${MOST_FAILURES} times: ${reason}`);
  }
}

/** Where a fragment's head says that its picture is shown. */
function presentationTicks(head: Buffer): number {
  return head.readUInt32BE(60) * 2 ** 32 + head.readUInt32BE(64) + head.readInt32BE(100);
}
