import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

export function childrenOf(pid: number): number[] {
  const threads = `/proc/${pid}/task/${pid}/children`;
  return readFileSync(threads, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/** User and system time of a process and all its threads so far. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
