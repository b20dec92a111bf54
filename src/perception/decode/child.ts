import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** What ffmpeg says last before it dies is kept, up to this much. */
const COMPLAINT_BYTES = 2048;

export interface DecoderChild {
  /** Bytes that have been flushed and wait to be taken in. */
  readonly waitingBytes: number;
  /** Takes effect with the next `flush`. */
  write(bytes: Buffer): void;
  /** Hands over all that was written since the last one, at once. */
  flush(): void;
  /** Nothing more comes in: what it holds back comes out, and it ends. */
  end(): void;
  /** Ends it at once; `ended` is told nothing any more. */
  kill(): void;
}

export interface DecoderChildEvents {
  /** A piece of the raw pictures; valid during the call only. */
  pixels(piece: Uint8Array): void;
  /** The time of the next picture that comes out, or has come out. */
  time(ticks: number): void;
  /** It ended by itself; with what it complained of, in one line. */
  ended(complaint: string): void;
}

/** One ffmpeg with the arguments of `decoderArguments`. */
export function startDecoderChild(
  ffmpeg: string,
  args: readonly string[],
  events: DecoderChildEvents,
): DecoderChild {
  const child = spawn(ffmpeg, args, { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  const [input, output, errors, times] = child.stdio as unknown as [Writable, Readable, Readable, Readable];
  const complaints = lastOf(errors);
  let unsent: Buffer[] = [];
  const flush = (): void => {
    if (unsent.length > 0) input.write(Buffer.concat(unsent));
    unsent = [];
  };
  let over = false;
  const end = (complaint: string): void => {
    if (over) return;
    over = true;
    child.kill('SIGKILL');
    events.ended(complaint);
  };

  output.on('data', (piece: Buffer) => {
    if (!over) events.pixels(piece);
  });
  onLines(times, (line) => {
    const ticks = /\bpts:\s*(\d+)/.exec(line)?.[1];
    if (ticks !== undefined && !over) events.time(Number(ticks));
  });
  child.once('error', (error) => end(error.message));
  // 'close', not 'exit': by then everything it wrote has been read.
  child.once('close', (code, signal) => end(complaints() || `ended with ${signal ?? `code ${code}`}`));
  // A pipe that breaks is followed by 'close', which knows why.
  for (const pipe of [input, output, errors, times]) pipe.on('error', () => {});

  return {
    get waitingBytes() {
      return input.writableLength;
    },
    write: (bytes) => void unsent.push(bytes),
    flush,
    end() {
      flush();
      input.end();
    },
    kill() {
      over = true;
      child.kill('SIGKILL');
    },
  };
}

/** Drains a stream and keeps its end. */
function lastOf(stream: Readable): () => string {
  let kept = '';
  const decoder = new StringDecoder('utf8');
  stream.on('data', (piece: Buffer) => {
    kept = (kept + decoder.write(piece)).slice(-COMPLAINT_BYTES);
  });
  return () => kept.trim().split('\n').slice(-3).join('; ');
}

function onLines(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('latin1');
  stream.on('data', (piece: string) => {
    const lines = (rest + piece).split('\n');
    rest = (lines.pop() ?? '').slice(-COMPLAINT_BYTES);
    for (const line of lines) take(line);
  });
}
