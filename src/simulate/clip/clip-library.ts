import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Lifetime, NgatuError } from '#base';
import { readClip } from './clip.ts';
import {
  dts90k,
  isKeyframe,
  keyframeBefore,
  type PackedClip,
  type Packing,
  packClip,
} from './packed-clip.ts';

/** How a camera's picture is spoilt: what ffmpeg makes of its clip from `atSeconds` on. */
export type Look = 'still' | 'black' | 'blinded' | 'blurred' | 'moved';

const STAND_IN_SECONDS = 20;

const FILTERS: Readonly<Record<Look, string>> = {
  still: 'loop=loop=-1:size=1:start=0,setpts=N/FRAME_RATE/TB',
  // A covered lens still makes noise.
  black: 'geq=lum=16:cb=128:cr=128,noise=alls=3:allf=t',
  blinded: 'lutyuv=y=clip(val*3+90\\,0\\,235):u=(val-128)/4+128:v=(val-128)/4+128',
  blurred: 'gblur=sigma=9',
  moved: 'rotate=0.05:fillcolor=gray,crop=iw*0.76:ih*0.76:iw*0.2:ih*0.12',
};

/** Packed clips by file, each read once; and stand-ins for them, encoded by ffmpeg when a fault first asks for one. */
export class ClipLibrary implements Lifetime {
  readonly #mtu: number;
  readonly #clips = new Map<string, Promise<PackedClip>>();
  #folder: Promise<string> | undefined;
  #encoding: Promise<unknown> = Promise.resolve();

  constructor(mtu: number) {
    this.#mtu = mtu;
  }

  load(path: string, parameterSets: Packing['parameterSets']): Promise<PackedClip> {
    return this.#once(`${parameterSets} ${path}`, async () =>
      packClip(await readClip(path), { mtu: this.#mtu, parameterSets }),
    );
  }

  /** A clip of 20 s in the same codec, size, picture rate and about the same bit rate. Throws `STAND_IN_FAILED`. */
  standIn(of: PackedClip, look: Look, atSeconds: number): Promise<PackedClip> {
    const at = look === 'still' ? seekTime(of, atSeconds) : 0;
    return this.#once(`${look} ${at} ${of.clip.path}`, async () => {
      this.#folder ??= mkdtemp(join(tmpdir(), 'ngatu-simulate-'));
      const path = join(await this.#folder, `${this.#clips.size}.mp4`);
      // One at a time: the machine has other work.
      const encoded = this.#encoding.then(() => encode(of, look, at, path));
      this.#encoding = encoded.catch(() => undefined);
      await encoded;
      return packClip(await readClip(path), { mtu: this.#mtu, parameterSets: 'aggregated' });
    });
  }

  async close(): Promise<void> {
    await this.#encoding;
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }

  #once(key: string, make: () => Promise<PackedClip>): Promise<PackedClip> {
    const known = this.#clips.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#clips.set(key, made);
    made.catch(() => this.#clips.delete(key));
    return made;
  }
}

/** Half a picture earlier than the keyframe, so that rounding does not seek to the one after. */
function seekTime(of: PackedClip, atSeconds: number): number {
  const half = of.duration90k / of.count / 2;
  return Math.max(0, (dts90k(of, keyframeBefore(of, atSeconds)) - half) / 90_000);
}

function keyframesOf(of: PackedClip): number {
  let found = 0;
  for (let picture = 0; picture < of.count; picture++) if (isKeyframe(of, picture)) found++;
  return found;
}

async function encode(of: PackedClip, look: Look, atSeconds: number, path: string): Promise<void> {
  const rate = (of.count * 90_000) / of.duration90k;
  const group = Math.max(1, Math.round(of.count / keyframesOf(of)));
  const kbit = Math.ceil((of.data.length * 8 * 90) / of.duration90k);
  const h265 = of.clip.codec === 'h265';
  const args = [
    ...['-nostdin', '-v', 'error', '-y', '-threads', '1', '-stream_loop', '-1'],
    ...[
      '-ss',
      atSeconds.toFixed(3),
      '-i',
      of.clip.path,
      '-an',
      '-vf',
      `${FILTERS[look]},scale=${of.clip.width}:${of.clip.height}`,
      '-r',
      String(rate),
    ],
    ...['-t', String(STAND_IN_SECONDS), '-pix_fmt', 'yuv420p', '-threads', '1'],
    ...(h265
      ? ['-c:v', 'libx265', '-tag:v', 'hvc1', '-x265-params', 'log-level=none:pools=none']
      : ['-c:v', 'libx264']),
    ...['-preset', 'veryfast', '-bf', '0', '-g', String(group), '-b:v', `${kbit}k`, '-maxrate', `${kbit}k`],
    ...['-bufsize', `${kbit}k`, path],
  ];
  try {
    await promisify(execFile)('ffmpeg', args);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n').slice(0, 3).join(' ') : String(cause);
    const message = `ffmpeg could not make the ${look} picture of ${of.clip.path}: ${why}`;
    throw new NgatuError('STAND_IN_FAILED', message, {
      kind: 'config',
      context: { path: of.clip.path },
      cause,
    });
  }
}
