import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface SlowRoad {
  readonly port: number;
  /** Nothing goes on to the client any more, nor comes from it. */
  block(): void;
  close(): Promise<void>;
}

const SLICE_MS = 20;

/** A road to a server on loopback that carries only so much towards the client, with buffers as they are in the field. */
export async function slowRoad(toPort: number, bytesPerSecond: number): Promise<SlowRoad> {
  const open = new Set<Socket>();
  let blocked = false;
  const server = createServer((client) => {
    const upstream = connect(toPort, '127.0.0.1');
    upstream.pause();
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
        clearInterval(ticking);
      });
    }
    client.on('data', (chunk) => {
      if (!blocked) upstream.write(chunk);
    });
    let allowed = 0;
    const ticking = setInterval(() => {
      allowed = Math.min(bytesPerSecond / 10, allowed + (bytesPerSecond * SLICE_MS) / 1000);
      while (!blocked && allowed > 0) {
        const chunk = upstream.read(
          Math.min(Math.floor(allowed), upstream.readableLength || 1),
        ) as Buffer | null;
        if (chunk === null) return;
        allowed -= chunk.length;
        client.write(chunk);
      }
    }, SLICE_MS);
    upstream.on('readable', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    block() {
      blocked = true;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
