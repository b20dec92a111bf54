import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lengthened, tinyClip } from './clips.ts';
import { output } from './probe.ts';

// Debian's python3-gi belongs to the system's own interpreter, whatever comes first on the path.
const python = '/usr/bin/python3';

let missing: string | false | undefined;

/** Why GStreamer's tests cannot run here, or `false` where they can: for `describe.skipIf(gstreamerMissing())`. */
export function gstreamerMissing(): string | false {
  missing ??= look();
  return missing;
}

function look(): string | false {
  const check = [
    'import gi',
    'gi.require_version("GstRtspServer", "1.0")',
    'from gi.repository import Gst, GstRtspServer',
    'Gst.init(None)',
    'names = ["rtspsrc", "qtdemux", "h264parse", "h265parse", "rtph264pay", "rtph265pay"]',
    'gone = [n for n in names if Gst.ElementFactory.find(n) is None]',
    'raise SystemExit(("no GStreamer element " + ", ".join(gone)) if gone else 0)',
  ].join('\n');
  const { status, stderr, error } = spawnSync(python, ['-c', check], { encoding: 'utf8' });
  if (status === 0) return false;
  const reason = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  const why = `skipped: GStreamer's RTSP server is not here (apt: python3-gi gir1.2-gst-rtsp-server-1.0): ${reason}`;
  process.stderr.write(`${why}\n`);
  return why;
}

interface GStreamerMount {
  /** `/camera` unless told. */
  readonly path?: string;
  /** MP4 or Matroska by its ending, or a raw bitstream (`.h264`, `.h265`). The plain clip unless told. */
  readonly clip?: string;
  readonly codec?: 'h264' | 'h265' | 'mjpeg';
  /** The clip's own audio track (A-law) as a second stream. */
  readonly audio?: boolean;
  /** How long the clip is repeated before the stream ends; 120 s unless told. Raw bitstreams play once. */
  readonly seconds?: number;
}

interface GStreamerCameraOptions {
  readonly mounts?: readonly GStreamerMount[];
  /** Give the port of a camera that was killed to let it return there. */
  readonly port?: number;
  readonly host?: string;
  /** With both, every mount answers only them. */
  readonly user?: string;
  readonly password?: string;
  /** `digest` (MD5, without qop) unless told. */
  readonly authentication?: 'digest' | 'basic';
  /** PEM of key and certificate: the server then speaks rtsps. */
  readonly certificate?: string;
}

interface GStreamerCamera {
  readonly port: number;
  /** Without user and password. */
  url(path?: string): string;
  /** Ends it in order: sessions are closed. */
  close(): Promise<void>;
  /** Kills it as a power cut would, save that the kernel still resets its connections. */
  kill(): Promise<void>;
}

/** GStreamer's RTSP server, playing clips at their own speed, once per client, from their start. */
export async function gstreamerCamera(options: GStreamerCameraOptions = {}): Promise<GStreamerCamera> {
  const host = options.host ?? '127.0.0.1';
  const mounts = await Promise.all((options.mounts ?? [{}]).map(mountConfig));
  const script = join(import.meta.dirname, 'gstreamer-camera.py');
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const basic = options.authentication === 'basic';
  child.stdin.write(`${JSON.stringify({ ...options, host, port: options.port ?? 0, mounts, basic })}\n`);
  const said = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => undefined)]);
  if (said === undefined)
    throw new Error(`GStreamer's RTSP server ended at once with status ${child.exitCode}`);
  const { port } = JSON.parse(said[0] as string) as { port: number };
  return {
    port,
    url: (path = '/camera') => `${options.certificate ? 'rtsps' : 'rtsp'}://${host}:${port}${path}`,
    async close() {
      child.stdin.end();
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function mountConfig(
  mount: GStreamerMount,
): Promise<{ readonly path: string; readonly launch: string }> {
  const clip = mount.clip ?? (await tinyClip(mount.codec === 'h265' ? 'h265' : 'plain'));
  const raw = /\.(h26[45]|264|hevc)$/.test(clip);
  const file = raw ? clip : await lengthened(clip, mount.seconds ?? 120);
  return { path: mount.path ?? '/camera', launch: launchLine(file, raw, mount) };
}

function launchLine(file: string, raw: boolean, mount: GStreamerMount): string {
  const codec = mount.codec ?? 'h264';
  const demuxer = file.endsWith('.mkv') ? 'matroskademux' : 'qtdemux';
  const source = `filesrc location=${file}`;
  const parser = codec === 'mjpeg' ? 'jpegparse' : `${codec}parse`;
  const payloader =
    codec === 'mjpeg' ? 'rtpjpegpay name=pay0 pt=26' : `rtp${codec}pay name=pay0 pt=96 config-interval=-1`;
  if (raw) return `( ${source} ! ${parser} ! ${payloader} )`;
  const audio = mount.audio ? ' demux. ! queue ! audio/x-alaw ! rtppcmapay name=pay1 pt=8' : '';
  return `( ${source} ! ${demuxer} name=demux demux. ! queue ! ${parser} ! ${payloader}${audio} )`;
}

interface GStreamerPlayed {
  readonly pictures: number;
  readonly keyframes: number;
  readonly longestGapMs: number;
  /** How often a decoding time was smaller than the one before. */
  readonly backwards: number;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Pulls an address with GStreamer's rtspsrc over TCP for so long and tells what came. */
export async function playWithGStreamer(wanted: {
  readonly url: string;
  readonly codec: 'h264' | 'h265';
  readonly seconds: number;
  readonly user?: string;
  readonly password?: string;
}): Promise<GStreamerPlayed> {
  const script = join(import.meta.dirname, 'gstreamer-player.py');
  const { out, err } = await output(python, [script, JSON.stringify(wanted)]);
  if (out === '') throw new Error(`GStreamer's player ended without a word: ${err}`);
  return JSON.parse(out) as GStreamerPlayed;
}
