/**
 * A child that reads the same bytes and does nothing with them: the physical limit of a gateway that drains its sockets on
 * a timer. It asks for the stream, then reads each socket once in `period` milliseconds.
 */
import { connect, type Socket } from 'node:net';
import { answer } from './child.ts';

const [cameras, port, periodMs] = process.argv.slice(2).map(Number) as [number, number, number];
const TICK_MS = 40;
const buffer = Buffer.allocUnsafeSlow(256 * 1024);
let bytes = 0;
let reads = 0;
const slots = Math.round(periodMs / TICK_MS);
const ring: Socket[][] = Array.from({ length: slots }, () => []);
let slot = 0;

async function pull(nth: number): Promise<void> {
  const url = `rtsp://127.0.0.1:${port}/camera${nth}`;
  let answered: ((text: string) => void) | undefined;
  let playing = false;
  const callback = (length: number, into: Uint8Array) => {
    bytes += length;
    reads++;
    answered?.(Buffer.from(into.subarray(0, length)).toString('latin1'));
    return !playing || length === buffer.length;
  };
  const socket = connect({ host: '127.0.0.1', port, onread: { buffer, callback } });
  const ask = (request: string) =>
    new Promise<string>((resolve) => {
      answered = resolve;
      socket.write(`${request}\r\n\r\n`);
    });
  const setup = await ask(
    `SETUP ${url}/trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1`,
  );
  const session = /Session: (\w+)/.exec(setup)?.[1];
  await ask(`PLAY ${url} RTSP/1.0\r\nCSeq: 2\r\nSession: ${session}`);
  answered = undefined;
  playing = true;
  ring[nth % slots]!.push(socket);
}

for (let nth = 0; nth < cameras; nth++) await pull(nth);
setInterval(() => {
  for (const socket of ring[slot]!) socket.resume();
  slot = (slot + 1) % slots;
}, TICK_MS);

answer({ counts: () => ({ bytes, reads }) }, () => undefined);
