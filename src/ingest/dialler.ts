import type { Clock, Lifetime } from '#base';

export interface DialLimits {
  /** Dials under way at a time, from the first packet to the answer to PLAY or the failure. */
  readonly concurrentDials: number;
  /** Spares recorders with many channels; not for this machine's own addresses, where many cameras are simulated. */
  readonly concurrentDialsPerHost: number;
  readonly dialsPerSecond: number;
}

export type DialPriority = 'first' | 'ordinary';

/** Decides whose turn it is to dial, so that neither the network nor a recorder with many channels meets a storm. */
export interface Dialler extends Lifetime {
  /** `host`: its numeric address. Calls `dial` when the turn has come; whoever dials calls `done` once, when it is known how that went. */
  queue(host: string, priority: DialPriority, dial: (done: () => void) => void): Lifetime;
  readonly dials: number;
  readonly dialling: number;
  close(): void;
}

interface Turn {
  readonly host: string;
  readonly dial: (done: () => void) => void;
}

const TICK_MS = 10;
/** Share of a second's dials that may go at once. With the rest spread evenly, no second sees more than the limit. */
const BURST = 0.05;

export function createDialler(clock: Clock, limits: DialLimits): Dialler {
  const queues: Record<DialPriority, Turn[]> = { first: [], ordinary: [] };
  const busyHosts = new Map<string, number>();
  const burst = Math.max(1, limits.dialsPerSecond * BURST);
  let allowance = burst;
  let allowedAtMs = clock.monotonicMs();
  let timer: NodeJS.Timeout | undefined;
  const dialler = { dials: 0, dialling: 0 };

  const refill = () => {
    const nowMs = clock.monotonicMs();
    const perMs = Math.max(limits.dialsPerSecond - burst, limits.dialsPerSecond / 2) / 1000;
    allowance = Math.min(burst, allowance + (nowMs - allowedAtMs) * perMs);
    allowedAtMs = nowMs;
  };
  const free = ({ host }: Turn) =>
    (busyHosts.get(host) ?? 0) < limits.concurrentDialsPerHost || isLoopback(host);
  const begin = (turn: Turn) => {
    allowance--;
    dialler.dials++;
    dialler.dialling++;
    busyHosts.set(turn.host, (busyHosts.get(turn.host) ?? 0) + 1);
    let over = false;
    turn.dial(() => {
      if (over) return;
      over = true;
      end(turn.host);
    });
  };
  const end = (host: string) => {
    dialler.dialling--;
    const left = busyHosts.get(host)! - 1;
    if (left === 0) busyHosts.delete(host);
    else busyHosts.set(host, left);
  };
  const serve = () => {
    refill();
    for (const queue of [queues.first, queues.ordinary]) {
      let at = 0;
      while (at < queue.length && allowance >= 1 && dialler.dialling < limits.concurrentDials) {
        if (free(queue[at]!)) begin(queue.splice(at, 1)[0]!);
        else at++;
      }
    }
    if (queues.first.length + queues.ordinary.length > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    queue(host, priority, dial) {
      const turn = { host, dial };
      queues[priority].push(turn);
      timer ??= setInterval(serve, TICK_MS);
      return {
        close() {
          const at = queues[priority].indexOf(turn);
          if (at !== -1) queues[priority].splice(at, 1);
        },
      };
    },
    get dials() {
      return dialler.dials;
    },
    get dialling() {
      return dialler.dialling;
    },
    close() {
      clearInterval(timer);
      queues.first.length = 0;
      queues.ordinary.length = 0;
    },
  };
}

function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}
