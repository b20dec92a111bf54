import { type Clock, type EpochMs, type Lifetime, lifetimes, systemClock } from '#base';
import { Camera, type CameraCounters } from './camera.ts';
import { ClipLibrary } from './clip/clip-library.ts';
import { type ActiveFault, ActiveFaults } from './fault/active-faults.ts';
import type { Fault, FaultRequest } from './fault/fault.ts';
import { parseOptions, type SettledOptions, type SimulatorOptions } from './options.ts';
import type { Stage } from './play/player.ts';
import { clipSeconds, type Program } from './play/position.ts';
import { Scratch } from './play/scratch.ts';
import { Wheel } from './play/wheel.ts';
import { addressOf } from './rtsp/address.ts';
import { Connection, type Site } from './rtsp/connection.ts';
import { type Accepted, type Listener, listen } from './rtsp/listeners.ts';
import { type Dial, Tally } from './tally.ts';

/** Cameras that are being served. */
export interface Simulator extends Lifetime {
  /** Of one camera, without user and password. Throws `TypeError` for a name it does not have. */
  url(camera: string): string;
  /** Port of each host. */
  readonly ports: ReadonlyMap<string, number>;
  /** In effect when it resolves. Rejects with `FAULT_INVALID`, or why a clip could not be had. */
  fault(request: FaultRequest): Promise<ActiveFault>;
  faults(): readonly { readonly id: number; readonly fault: Fault; readonly cameras: number }[];
  /** By id; all without one. */
  endFault(id?: number): Promise<void>;
  stats(): SimulatorStats;
  camera(name: string): CameraStats;
  cameras(): readonly CameraStats[];
  /** Accepted connections since a time, oldest first: what the dial rate is computed from. The last 65,536 are known. */
  dials(since?: EpochMs): readonly Dial[];
  close(): Promise<void>;
}

export interface SimulatorStats {
  readonly at: EpochMs;
  readonly cameras: number;
  readonly connections: {
    readonly accepted: number;
    readonly open: number;
    /** Turned away by a `refuse` or `limit-sessions` fault; a closed port's are unknown here. */
    readonly refused: number;
    readonly reset: number;
    readonly malformed: number;
    readonly timedOut: number;
  };
  readonly authenticationFailures: number;
  readonly playing: number;
  readonly pictures: number;
  readonly bytes: number;
  readonly picturesDropped: number;
  readonly picturesSkipped: number;
  readonly packetsLost: number;
  /** From when a picture was due (its capture time) to when the kernel had it; whole milliseconds, rounded up. */
  readonly lateMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly process: { readonly cpuMs: number; readonly rssBytes: number };
}

export interface CameraStats extends Readonly<CameraCounters> {
  readonly name: string;
  readonly url: string;
  readonly connections: number;
  readonly clip: string;
  /** Where in the clip it is now. */
  readonly clipSeconds: number;
  readonly faults: readonly string[];
}

/** Reads the clips, listens and serves until it is closed. Rejects with `SIMULATOR_OPTIONS`, `CLIP_INVALID`, `SIMULATOR_LISTEN` and the like. */
export async function startSimulator(
  options: SimulatorOptions,
  clock: Clock = systemClock,
): Promise<Simulator> {
  const settled = parseOptions(options);
  const open = lifetimes();
  try {
    const clips = open.keep(new ClipLibrary(settled.mtu));
    const stage = stageOf(settled, clock);
    open.keep(stage.wheel);
    const cameras = await makeCameras(settled, clips);
    const site = new CameraSite(stage, cameras, settled.queueBytes);
    open.keep(site);
    const listeners = await listenAll(settled, site, (listener) => open.keep(listener));
    const faults = open.keep(new ActiveFaults({ cameras, listeners, clips, stage }));
    for (const fault of settled.faults) await faults.start(fault);
    return face({ stage, cameras, listeners, faults, secure: settled.tls !== undefined }, () => open.close());
  } catch (failure) {
    await open.close();
    throw failure;
  }
}

function stageOf(options: SettledOptions, clock: Clock): Stage {
  return {
    clock,
    wheel: new Wheel(clock),
    scratch: new Scratch(),
    tally: new Tally(),
    startMs: clock.monotonicMs(),
    senderReportMs: options.senderReportSeconds * 1000,
    picturesPerWrite: options.picturesPerWrite,
  };
}

/** One clip after the other: each is in memory twice while it is packed. */
async function makeCameras(options: SettledOptions, clips: ClipLibrary): Promise<Camera[]> {
  const cameras: Camera[] = [];
  for (const [nth, camera] of options.cameras.entries()) {
    const packed = await clips.load(camera.clip, camera.parameterSets);
    const origin90k = originOf(camera.phaseSeconds, options.seed + nth, options.cameras.length, packed);
    cameras.push(new Camera(camera, camera.host ?? options.hosts[0]!, nth, { packed, origin90k }));
  }
  return cameras;
}

/**
 * Neighbours stand far apart in their clip (multiples of the golden ratio leave no two cameras close), and their pictures are due one
 * after the other, evenly over the time of one picture: writes are spread, and go through the sockets in the order of memory.
 */
function originOf(
  phaseSeconds: number | undefined,
  nth: number,
  of: number,
  packed: Program['packed'],
): number {
  if (phaseSeconds !== undefined) return -Math.round(phaseSeconds * 90_000);
  const interval = packed.duration90k / packed.count;
  const picture = Math.floor(((nth * 0.618_033_988_749_895) % 1) * packed.count);
  return Math.round(((nth % of) / of - picture) * interval);
}

async function listenAll(
  options: SettledOptions,
  site: CameraSite,
  keep: (listener: Listener) => Listener,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const host of options.hosts)
    listeners.push(
      keep(
        await listen({
          host,
          port: options.port,
          tls: options.tls,
          accept: (accepted) => site.accept(accepted),
        }),
      ),
    );
  return listeners;
}

/** The cameras as their connections see them. */
class CameraSite implements Site, Lifetime {
  readonly stage: Stage;
  readonly queueBytes: number;
  readonly #cameras: readonly Camera[];
  readonly #byName: ReadonlyMap<string, Camera>;
  readonly #connections = new Set<Connection>();
  readonly #check: NodeJS.Timeout;

  constructor(stage: Stage, cameras: readonly Camera[], queueBytes: number) {
    this.stage = stage;
    this.queueBytes = queueBytes;
    this.#cameras = cameras;
    this.#byName = new Map(cameras.map((camera) => [camera.name, camera]));
    this.#check = setInterval(() => this.#checkAll(), 500);
  }

  accept(accepted: Accepted): void {
    const { tally, clock } = this.stage;
    tally.dialled(clock.now(), accepted.host);
    tally.open++;
    const connection = new Connection(this, accepted);
    this.#connections.add(connection);
    accepted.socket.once('close', () => {
      tally.open--;
      this.#connections.delete(connection);
    });
  }

  find(host: string, url: string) {
    return addressOf(url, host, this.#byName);
  }

  sessionsUnder(limit: Fault): number {
    const limited = this.#cameras.filter((camera) => Object.values(camera.effects).includes(limit as never));
    return limited.reduce(
      (sum, { connections }) => sum + [...connections].filter((connection) => connection.hasSession).length,
      0,
    );
  }

  close(): void {
    clearInterval(this.#check);
    for (const connection of this.#connections) connection.destroy();
  }

  #checkAll(): void {
    const now = this.stage.clock.monotonicMs();
    for (const connection of this.#connections) connection.check(now);
  }
}

interface Parts {
  readonly stage: Stage;
  readonly cameras: readonly Camera[];
  readonly listeners: readonly Listener[];
  readonly faults: ActiveFaults;
  readonly secure: boolean;
}

function face(parts: Parts, close: () => Promise<void>): Simulator {
  const { stage, cameras, listeners, faults, secure } = parts;
  const ports = new Map(listeners.map(({ host, port }) => [host, port]));
  const byName = new Map(cameras.map((camera) => [camera.name, camera]));
  const known = (name: string): Camera => {
    const camera = byName.get(name);
    if (camera === undefined) throw new TypeError(`There is no simulated camera ${JSON.stringify(name)}`);
    return camera;
  };
  const url = ({ host, name }: Camera) =>
    `${secure ? 'rtsps' : 'rtsp'}://${host.includes(':') ? `[${host}]` : host}:${ports.get(host)}/${name}`;
  const cameraStats = (camera: Camera): CameraStats => ({
    name: camera.name,
    url: url(camera),
    connections: camera.connections.size,
    clip: camera.program.packed.clip.path,
    clipSeconds: clipSeconds(camera.program, (stage.clock.monotonicMs() - stage.startMs) * 90),
    faults: Object.keys(camera.effects),
    ...camera.counters,
  });
  return {
    url: (name) => url(known(name)),
    ports,
    fault: (request) => faults.start(request),
    faults: () => faults.list(),
    endFault: (id) => (id === undefined ? faults.endAll() : faults.end(id)),
    stats: () => statsOf(stage, cameras.length),
    camera: (name) => cameraStats(known(name)),
    cameras: () => cameras.map(cameraStats),
    dials: (since = 0) => stage.tally.dials(since),
    close,
  };
}

function statsOf({ tally, clock }: Stage, cameras: number): SimulatorStats {
  const { accepted, open, refused, reset, malformed, timedOut } = tally;
  const { authenticationFailures, playing, pictures, bytes } = tally;
  const { picturesDropped, picturesSkipped, packetsLost } = tally;
  const { user, system } = process.cpuUsage();
  return {
    at: clock.now(),
    cameras,
    connections: { accepted, open, refused, reset, malformed, timedOut },
    ...{ authenticationFailures, playing, pictures, bytes },
    ...{ picturesDropped, picturesSkipped, packetsLost },
    lateMs: { p50: tally.lateness(0.5), p99: tally.lateness(0.99), max: tally.lateness(1) },
    process: { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() },
  };
}
