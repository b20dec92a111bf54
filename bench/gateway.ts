/**
 * A child that does what the gateway does with cameras nobody watches: pulls them and keeps the last group of pictures.
 * The first `behindSwitch` of them are found at another address.
 */

import { subscribe } from 'node:diagnostics_channel';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics } from 'node:v8';
import { createLog, systemClock } from '#base';
import { createIngest } from '#ingest';
import { createHub } from '#live';
import { answer } from './child.ts';

const [cameras, port, behindSwitch = 0, portThere = 0] = process.argv.slice(2).map(Number) as [
  number,
  number,
];
const hub = createHub({ log: createLog({ level: 'warn' }) });
// One address stands for 1,300 hosts here.
const ingest = createIngest({
  clock: systemClock,
  options: { dial: { concurrentDials: 256, concurrentDialsPerHost: 256, dialsPerSecond: 250 } },
});
const delay = monitorEventLoopDelay({ resolution: 5 });
const changes = new Map<string, number>();

for (let nth = 0; nth < cameras; nth++) {
  const id = `camera${nth}`;
  const url = nth < behindSwitch ? `rtsp://127.0.0.2:${portThere}/${id}` : `rtsp://127.0.0.1:${port}/${id}`;
  const stream = ingest.open(
    { id, camera: id, source: { url }, credentials: undefined, priority: 'ordinary' },
    {
      write: (unit) => hub.write(id, unit),
      state: ({ state }) => void changes.set(state, (changes.get(state) ?? 0) + 1),
    },
  );
  hub.onDemand(id, (demand) => stream.demand(demand));
}

/** When each connection was begun, as Node.js itself tells. */
let dialledAtMs: number[] = [];
subscribe('net.client.socket', () => dialledAtMs.push(performance.now()));

/** The most in any second since the last call. */
function mostDialsPerSecond(): number {
  let most = 0;
  for (let first = 0, last = 0; last < dialledAtMs.length; last++) {
    while (dialledAtMs[last]! - dialledAtMs[first]! >= 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  dialledAtMs = [];
  return most;
}

answer(
  {
    mostDialsPerSecond,
    ingest: () => ingest.stats(),
    hub: () => hub.stats(),
    /** Reads so many cameras as viewers do, without sending anything. */
    watch: ({ count, demand }: { count: number; demand?: 'watched' | 'prompt' }) => {
      for (let nth = 0; nth < count; nth++)
        hub.read(
          `camera${nth}`,
          { write: () => true },
          { from: 'cached', borrows: true, demand: demand ?? 'watched' },
        );
    },
    changes: () => Object.fromEntries(changes),
    /** Measured for so long; watching costs something itself. */
    delayP99Ms: async (seconds: number) => {
      delay.enable();
      await sleep(seconds * 1000);
      delay.disable();
      return delay.percentile(99) / 1e6;
    },
    memory: () => ({
      ...process.memoryUsage(),
      spaces: getHeapSpaceStatistics().map(
        (s) => `${s.space_name} ${(s.space_used_size / 2 ** 20) | 0} of ${(s.space_size / 2 ** 20) | 0}`,
      ),
    }),
  },
  () => ingest.close(),
);
