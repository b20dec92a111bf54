/**
 * The detector's process: its shell. Started by `createPerception` with an IPC channel, and ends with it.
 * Nicer than the process that serves pictures; so are its threads and decoders, which it starts afterwards.
 */
import { setPriority } from 'node:os';
import { systemClock } from '#base';
import { createDetection, type Detection } from './detection.ts';
import type { FromDetector, Settings, ToDetector } from './messages.ts';

let detection: Detection | undefined;
let ending = false;

const tell = (message: FromDetector): void => {
  if (process.connected) process.send?.(message);
};

function begin(settings: Settings): void {
  if (settings.niceness > 0) setPriority(settings.niceness);
  detection = createDetection({ settings, clock: systemClock, tell });
  setInterval(() => detection?.tick(), 1000);
  tell({ say: 'ready' });
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await detection?.close();
  // Nothing computes any more: leaving now is safe.
  process.exit(0);
}

process.on('message', (message: ToDetector) => {
  if (ending) return;
  if (message.say === 'begin') begin(message.settings);
  else if (message.say === 'end') void end();
  else detection?.take(message);
});
process.on('disconnect', () => void end());
// The serving process decides when to end; a Ctrl-C in the terminal reaches both.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
