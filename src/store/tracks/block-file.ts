import { type FileHandle, open } from 'node:fs/promises';
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { NgatuError } from '#base';

/**
 * A file of blocks, only ever added to. Each block stands behind its lengths, times and checksum, so what a crash left
 * half-written at the end is known for what it is: readers stop before it, the next writer cuts it off.
 *
 *     magic "NGTRK1\0\0"
 *     block*: u32 stored bytes, u32 plain bytes, u32 CRC-32 of what follows, f64 first time, f64 last time, deflated bytes
 */
const MAGIC = Buffer.from('NGTRK1\0\0', 'latin1');
const HEADER_BYTES = 28;
const MOST_BLOCK_BYTES = 64 * 1024 * 1024;

export interface Block {
  readonly firstAt: number;
  readonly lastAt: number;
  readonly bytes: Uint8Array;
}

export function packBlock({ firstAt, lastAt, bytes }: Block): Buffer {
  const stored = deflateRawSync(bytes, { level: 6 });
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(stored.length, 0);
  header.writeUInt32LE(bytes.length, 4);
  header.writeDoubleLE(firstAt, 12);
  header.writeDoubleLE(lastAt, 20);
  header.writeUInt32LE(crc32(stored, crc32(header.subarray(12))), 8);
  return Buffer.concat([header, stored]);
}

/** Opened at its sound end; a new file gets its magic. Rejects with TRACKS_FORMAT when it is something else. */
export async function openForAppending(path: string): Promise<FileHandle> {
  const file = await open(path, 'a+', 0o600);
  try {
    const { size } = await file.stat();
    if (size === 0) await file.appendFile(MAGIC);
    else await file.truncate(await soundEnd(file, path, size));
    return file;
  } catch (failure) {
    await file.close();
    throw failure;
  }
}

async function soundEnd(file: FileHandle, path: string, size: number): Promise<number> {
  let end = MAGIC.length;
  for await (const block of headersOf(file, path, size)) end = block.end;
  return end;
}

/** Blocks that touch the time from `from` to `to`, in the order in which they were written. */
export async function* readBlocks(path: string, from: number, to: number): AsyncGenerator<Block> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    for await (const { firstAt, lastAt, start, end, plainBytes } of headersOf(file, path, size)) {
      if (lastAt < from || firstAt >= to) continue;
      const stored = await bytesAt(file, start, end - start);
      yield { firstAt, lastAt, bytes: inflateRawSync(stored, { maxOutputLength: Math.max(1, plainBytes) }) };
    }
  } finally {
    await file.close();
  }
}

interface Header {
  readonly start: number;
  readonly end: number;
  readonly plainBytes: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Stops at the first block that is not whole. */
async function* headersOf(file: FileHandle, path: string, size: number): AsyncGenerator<Header> {
  const magic = await bytesAt(file, 0, MAGIC.length);
  if (!magic.equals(MAGIC))
    throw new NgatuError('TRACKS_FORMAT', `${path} is no file of tracks: move it away`, { kind: 'config' });
  for (let at = MAGIC.length; at + HEADER_BYTES <= size; ) {
    const header = await bytesAt(file, at, HEADER_BYTES);
    const [start, length] = [at + HEADER_BYTES, header.readUInt32LE(0)];
    const plainBytes = header.readUInt32LE(4);
    if (start + length > size || Math.max(length, plainBytes) > MOST_BLOCK_BYTES) return;
    const stored = await bytesAt(file, start, length);
    if (crc32(stored, crc32(header.subarray(12))) !== header.readUInt32LE(8)) return;
    at = start + length;
    yield { start, end: at, plainBytes, firstAt: header.readDoubleLE(12), lastAt: header.readDoubleLE(20) };
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}
