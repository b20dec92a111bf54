import { type FileHandle, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, EpochMs, Lifetime, Log } from '#base';
import type { CameraId } from '#camera';
import type { Observation } from '#perception';
import { folderName } from '../folder-name.ts';
import { openForAppending, packBlock, readBlocks } from './block-file.ts';
import { decodeTracks, TrackEncoder } from './track-codec.ts';

/** What analysed cameras saw, kept for some days so that changed rules can be tried on it. One file a camera and hour. */
export interface TrackArchive extends Lifetime {
  /** Synchronous and quick. On the disk within `blockMs`; what a crash takes is at most that much. */
  append(observation: Observation): void;
  /** In order of time, `to` exclusive. Includes what is not on the disk yet. */
  read(camera: CameraId, from: EpochMs, to: EpochMs): AsyncIterable<Observation>;
  /** Removes the oldest hours until neither bound is broken. */
  trim(bounds: { readonly days: number; readonly bytes: number }): Promise<void>;
  stats(): TrackArchiveStats;
  close(): Promise<void>;
}

export interface TrackArchiveStats {
  readonly observations: number;
  /** Written since the start. */
  readonly bytes: number;
  /** Observations lost because the disk failed or did not keep up. */
  readonly dropped: number;
}

export interface TrackArchiveOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A block is written when it spans so much time; 30 s unless told. */
  readonly blockMs?: number;
  /** Blocks that may wait for the disk; 32 MiB unless told. */
  readonly mostWaitingBytes?: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A crowd fills a block before its time. */
const MOST_BLOCK_BYTES = 1024 * 1024;
const EXTENSION = '.tracks';

export function openTrackArchive(options: TrackArchiveOptions): TrackArchive {
  return new FileTrackArchive(options);
}

/** One camera's block in the making and its open file. */
interface Shelf {
  readonly camera: CameraId;
  readonly encoder: TrackEncoder;
  hour: number;
  file: { readonly hour: number; readonly handle: FileHandle } | undefined;
  /** Ends when everything sealed so far is written. */
  written: Promise<void>;
}

class FileTrackArchive implements TrackArchive {
  readonly #options: TrackArchiveOptions;
  readonly #blockMs: number;
  readonly #shelves = new Map<CameraId, Shelf>();
  readonly #seen = { observations: 0, bytes: 0, dropped: 0 };
  #waitingBytes = 0;

  constructor(options: TrackArchiveOptions) {
    this.#options = options;
    this.#blockMs = options.blockMs ?? 30_000;
  }

  append(observation: Observation): void {
    const shelf = this.#shelf(observation.camera);
    const { encoder } = shelf;
    const hour = hourOf(observation.capturedAt);
    const full =
      encoder.observations > 0 &&
      (hour !== shelf.hour ||
        observation.capturedAt - encoder.firstAt >= this.#blockMs ||
        encoder.length >= MOST_BLOCK_BYTES);
    if (full) this.#seal(shelf);
    shelf.hour = hour;
    encoder.add(observation);
    this.#seen.observations++;
  }

  async *read(camera: CameraId, from: EpochMs, to: EpochMs): AsyncGenerator<Observation> {
    const shelf = this.#shelves.get(camera);
    if (shelf !== undefined) {
      this.#seal(shelf);
      await shelf.written;
    }
    for (const { hour, path } of await this.#files(camera)) {
      if (hour < hourOf(from) || hour > hourOf(to)) continue;
      for await (const block of readBlocks(path, from, to))
        for (const observation of decodeTracks(camera, block.firstAt, block.bytes))
          if (observation.capturedAt >= from && observation.capturedAt < to) yield observation;
    }
  }

  async trim({ days, bytes }: { readonly days: number; readonly bytes: number }): Promise<void> {
    const { dir, clock } = this.#options;
    const oldest = hourOf(clock.now() - days * DAY_MS);
    const files = (
      await Promise.all((await entries(dir)).map((folder) => hoursIn(join(dir, folder))))
    ).flat();
    files.sort((a, b) => a.hour - b.hour);
    let total = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files) {
      if (file.hour >= oldest && total <= bytes) break;
      // The hour that is being written stays: its file is open.
      if (file.hour >= hourOf(clock.now())) break;
      await rm(file.path, { force: true });
      total -= file.bytes;
    }
  }

  stats(): TrackArchiveStats {
    return { ...this.#seen };
  }

  async close(): Promise<void> {
    for (const shelf of this.#shelves.values()) this.#seal(shelf);
    for (const shelf of this.#shelves.values()) {
      await shelf.written;
      await shelf.file?.handle.close();
      shelf.file = undefined;
    }
  }

  #shelf(camera: CameraId): Shelf {
    const known = this.#shelves.get(camera);
    if (known !== undefined) return known;
    const made = {
      camera,
      encoder: new TrackEncoder(),
      hour: 0,
      file: undefined,
      written: Promise.resolve(),
    };
    this.#shelves.set(camera, made);
    return made;
  }

  /** Off to the disk, behind the camera's earlier blocks. */
  #seal(shelf: Shelf): void {
    const { encoder, hour } = shelf;
    const { observations, firstAt, lastAt } = encoder;
    if (observations === 0) return;
    const bytes = packBlock({ firstAt, lastAt, bytes: encoder.take() });
    if (this.#waitingBytes + bytes.length > (this.#options.mostWaitingBytes ?? 32 * 1024 * 1024)) {
      this.#seen.dropped += observations;
      return;
    }
    this.#waitingBytes += bytes.length;
    shelf.written = shelf.written.then(() => this.#write(shelf, hour, bytes, observations));
  }

  async #write(shelf: Shelf, hour: number, bytes: Buffer, observations: number): Promise<void> {
    try {
      const handle = await this.#file(shelf, hour);
      await handle.appendFile(bytes);
      this.#seen.bytes += bytes.length;
    } catch (failure) {
      this.#seen.dropped += observations;
      this.#options.log.warn({ err: failure, camera: shelf.camera }, 'tracks were not written');
      // What stands half-written at the end is cut off when the file is opened again.
      await shelf.file?.handle.close().catch(() => undefined);
      shelf.file = undefined;
    } finally {
      this.#waitingBytes -= bytes.length;
    }
  }

  async #file(shelf: Shelf, hour: number): Promise<FileHandle> {
    if (shelf.file?.hour === hour) return shelf.file.handle;
    await shelf.file?.handle.close();
    shelf.file = undefined;
    const folder = join(this.#options.dir, folderName(shelf.camera));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await openForAppending(join(folder, fileName(hour)));
    shelf.file = { hour, handle };
    return handle;
  }

  async #files(camera: CameraId): Promise<readonly HourFile[]> {
    return await hoursIn(join(this.#options.dir, folderName(camera)));
  }
}

interface HourFile {
  readonly path: string;
  /** Since 1970. */
  readonly hour: number;
  readonly bytes: number;
}

/** In order of time; what is no file of tracks is left alone. */
async function hoursIn(folder: string): Promise<HourFile[]> {
  const files: HourFile[] = [];
  for (const name of (await entries(folder)).sort()) {
    const hour = hourOf(Date.parse(`${name.slice(0, 13)}:00:00Z`));
    if (!name.endsWith(EXTENSION) || Number.isNaN(hour)) continue;
    const path = join(folder, name);
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    files.push({ path, hour, bytes: size });
  }
  return files;
}

async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && ['ENOENT', 'ENOTDIR'].includes(String(failure.code)))
      return [];
    throw failure;
  }
}

function hourOf(at: EpochMs): number {
  return Math.floor(at / HOUR_MS);
}

/** `2026-03-08T07.tracks`, in UTC. */
function fileName(hour: number): string {
  return `${new Date(hour * HOUR_MS).toISOString().slice(0, 13)}${EXTENSION}`;
}
