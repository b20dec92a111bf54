/** A child that opens many walls of one tile each and notes how old each picture is when it comes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { systemClock } from '#base';
import { WALL_HEADER_BYTES, WALL_KIND } from '#preview/wall-frame';
import { answer } from './child.ts';

const [viewers, port] = process.argv.slice(2).map(Number) as [number, number];
let ages: number[] = [];
let bytes = 0;
let dropped = 0;

function open(nth: number): void {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  socket.on('open', () =>
    socket.send(JSON.stringify({ type: 'watch', channel: 0, camera: `camera${nth}`, tier: 'full' })),
  );
  socket.on('message', (data: Buffer, isBinary) => {
    bytes += data.length;
    if (!isBinary) {
      if (data.includes('"dropped"')) dropped++;
    } else if (data.length > WALL_HEADER_BYTES && data[2] === WALL_KIND.fragment)
      ages.push(systemClock.now() - data.readDoubleBE(8));
  });
}
for (let nth = 0; nth < viewers; nth++) {
  open(nth);
  if (nth % 20 === 19) await sleep(20);
}

answer(
  {
    reset: () => {
      ages = [];
      bytes = 0;
      dropped = 0;
    },
    figures: () => {
      const sorted = [...ages].sort((a, b) => a - b);
      const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
      return {
        pictures: sorted.length,
        bytes,
        dropped,
        ageP50Ms: at(0.5),
        ageP95Ms: at(0.95),
        ageMaxMs: at(0.9999),
      };
    },
  },
  () => {},
);
