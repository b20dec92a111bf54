import type { VideoFormat } from '#ingest';
import type { ReadSample } from '../mp4/fragment-reader.ts';
import type { FromDarkroom, ToDarkroom } from './messages.ts';

export interface EncoderSink {
  format(format: VideoFormat): void;
  /** Times in 90 kHz ticks, those of the input. */
  sample(sample: ReadSample): void;
  /** Once, at the end, however it came: what ffmpeg said last. */
  ended(reason: string | undefined): void;
}

/** Takes fragmented MP4 piece by piece. */
export interface Encoding {
  /** False: what was written before still waits; this was not taken, come back later. */
  write(bytes: Buffer): boolean;
  close(): void;
}

const MOST_UNDER_WAY_BYTES = 4 * 1024 * 1024;

/** The near end of an encoder in the darkroom's process. */
export class RemoteEncoder implements Encoding {
  readonly #id: number;
  readonly #sink: EncoderSink;
  readonly #tell: (message: ToDarkroom) => boolean;
  #underWay = 0;
  #over = false;

  constructor(id: number, sink: EncoderSink, tell: (message: ToDarkroom) => boolean) {
    this.#id = id;
    this.#sink = sink;
    this.#tell = tell;
  }

  write(bytes: Buffer): boolean {
    if (this.#over || this.#underWay + bytes.length > MOST_UNDER_WAY_BYTES) return false;
    this.#underWay += bytes.length;
    return this.#tell({ do: 'feed', id: this.#id, bytes });
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#tell({ do: 'end', id: this.#id });
  }

  heard(message: FromDarkroom): void {
    if (this.#over) return;
    if (message.say === 'taken') this.#underWay -= message.bytes;
    else if (message.say === 'format') this.#sink.format(message.format);
    else if (message.say === 'sample') this.#sink.sample(message.sample);
  }

  ended(reason: string | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#sink.ended(reason);
  }
}
