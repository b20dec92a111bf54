import { spawn } from 'node:child_process';

interface ProbedStream {
  readonly codec_type: string;
  readonly codec_name: string;
  readonly width?: number;
  readonly height?: number;
  readonly profile?: string;
  readonly nb_read_packets?: string;
  readonly nb_read_frames?: string;
}

interface ProbedPacket {
  readonly stream_index: number;
  readonly pts: number;
  readonly dts: number;
  readonly size: string;
  readonly flags: string;
}

interface Probed {
  readonly streams: readonly ProbedStream[];
  readonly packets: readonly ProbedPacket[];
  /** Lines of ffprobe's log at level warning and worse. */
  readonly complaints: readonly string[];
  readonly exitCode: number | null;
}

interface Played {
  /** Pictures that were decoded. */
  readonly pictures: number;
  /** Lines of ffmpeg's log at level warning and worse. */
  readonly complaints: readonly string[];
  readonly exitCode: number | null;
}

/** What FFmpeg makes of a file or an address; RTSP goes over TCP. Packets are read for `seconds` at most, if given. */
export async function probe(input: string, options: { readonly seconds?: number } = {}): Promise<Probed> {
  const interval = options.seconds === undefined ? [] : ['-read_intervals', `%+${options.seconds}`];
  const args = ['-v', 'warning', ...rtspOptions(input), ...interval, '-show_streams', '-show_packets'];
  const { out, err, exitCode } = await output('ffprobe', [...args, '-of', 'json', input]);
  const { streams = [], packets = [] } = JSON.parse(out || '{}') as Partial<Probed>;
  return { streams, packets, complaints: lines(err), exitCode };
}

/** Decodes the video of a file or an address for some seconds of it and counts the pictures; `extra` are options of the output. */
export async function play(input: string, seconds: number, extra: readonly string[] = []): Promise<Played> {
  const quietly = ['-nostdin', '-v', 'warning', '-progress', 'pipe:1'];
  const source = [...rtspOptions(input), '-i', input];
  const decoded = ['-t', String(seconds), '-map', '0:v:0', '-fps_mode', 'passthrough', '-f', 'null', '-'];
  const { out, err, exitCode } = await output('ffmpeg', [...quietly, ...source, ...extra, ...decoded]);
  const pictures = Number([...out.matchAll(/^frame=(\d+)/gm)].at(-1)?.[1] ?? 0);
  return { pictures, complaints: lines(err), exitCode };
}

function rtspOptions(input: string): string[] {
  // Without the shorter analysis FFmpeg looks at a live stream for five seconds before it says a word.
  const analysis = ['-analyzeduration', '1000000', '-probesize', '100000'];
  return /^rtsps?:/.test(input) ? ['-rtsp_transport', 'tcp', '-timeout', '10000000', ...analysis] : [];
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

interface Output {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number | null;
}

/** Runs a program to its end, at most a minute, and keeps what it wrote. */
export function output(program: string, args: readonly string[], timeoutMs = 60_000): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.once('error', reject);
    child.once('close', (exitCode) =>
      resolve({ out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString(), exitCode }),
    );
  });
}
