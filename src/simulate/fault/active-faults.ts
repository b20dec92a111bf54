import type { Lifetime } from '#base';
import type { Camera } from '../camera.ts';
import type { ClipLibrary } from '../clip/clip-library.ts';
import { dts90k, keyframeBefore, type PackedClip, repeatedKeyframe } from '../clip/packed-clip.ts';
import type { Stage } from '../play/player.ts';
import { clipSeconds, type Program } from '../play/position.ts';
import type { Listener } from '../rtsp/listeners.ts';
import { type Effects, type Fault, type FaultRequest, isTarget, NO_EFFECTS, parseFault } from './fault.ts';

/** A fault that holds; closing it ends it. */
export interface ActiveFault extends Lifetime {
  readonly id: number;
  readonly fault: Fault;
  readonly cameras: number;
  close(): Promise<void>;
}

interface Ground {
  readonly cameras: readonly Camera[];
  readonly listeners: readonly Listener[];
  readonly clips: ClipLibrary;
  readonly stage: Stage;
}

interface Held {
  readonly fault: Fault;
  readonly targets: ReadonlySet<Camera>;
  /** What its cameras play instead of their own clip. */
  readonly programs: ReadonlyMap<Camera, Program>;
  readonly timers: NodeJS.Timeout[];
}

/** Starts and ends faults, and works out what holds for each camera. */
export class ActiveFaults implements Lifetime {
  readonly #ground: Ground;
  readonly #held = new Map<number, Held>();
  #lastId = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** Takes effect before it returns; a fault that needs a picture made waits for it. Throws `FAULT_INVALID`, `CLIP_INVALID` and the like. */
  async start(request: FaultRequest): Promise<ActiveFault> {
    const fault = parseFault(request);
    const targets = new Set(this.#ground.cameras.filter((camera) => isTarget(fault, camera)));
    const programs = await this.#programs(fault, targets);
    const id = ++this.#lastId;
    const held: Held = { fault, targets, programs, timers: [] };
    this.#held.set(id, held);
    this.#recompute(targets);
    await this.#begin(id, held);
    return { id, fault, cameras: targets.size, close: () => this.end(id) };
  }

  /** Nothing happens if it has ended already. */
  async end(id: number): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#held.delete(id);
    for (const timer of held.timers) clearInterval(timer);
    this.#recompute(held.targets);
    if (portFate(held.fault) !== undefined) await this.#reopen(held.fault);
  }

  list(): { readonly id: number; readonly fault: Fault; readonly cameras: number }[] {
    return [...this.#held].map(([id, { fault, targets }]) => ({ id, fault, cameras: targets.size }));
  }

  async endAll(): Promise<void> {
    for (const id of [...this.#held.keys()]) await this.end(id);
  }

  /** Ends nothing: the cameras themselves are about to go. */
  close(): void {
    for (const { timers } of this.#held.values()) for (const timer of timers) clearInterval(timer);
    this.#held.clear();
  }

  async #begin(id: number, { fault, targets, timers }: Held): Promise<void> {
    const fate = portFate(fault);
    if (fate !== undefined) await Promise.all(this.#portsOf(fault).map((listener) => listener.shut(fate)));
    if (fault.fault === 'reset' && fault.afterPlayingSeconds === undefined)
      for (const connection of connectionsOf(targets)) connection.reset(fault.how);
    if (fault.fault === 'timestamp-jump') {
      const jump = () => {
        for (const connection of connectionsOf(targets)) connection.jump(fault.seconds);
      };
      jump();
      if (fault.everySeconds !== undefined) timers.push(setInterval(jump, fault.everySeconds * 1000));
    }
    if (fault.forSeconds !== undefined)
      timers.push(setTimeout(() => void this.end(id), fault.forSeconds * 1000));
  }

  #portsOf(fault: Fault): Listener[] {
    return this.#ground.listeners.filter(({ host }) => fault.host === undefined || fault.host === host);
  }

  /** Unless another fault keeps the port closed. */
  async #reopen(fault: Fault): Promise<void> {
    const others = [...this.#held.values()].filter((held) => portFate(held.fault) !== undefined);
    const free = this.#portsOf(fault).filter(
      ({ host }) => !others.some((other) => other.fault.host === undefined || other.fault.host === host),
    );
    await Promise.all(free.map((listener) => listener.reopen()));
  }

  #recompute(cameras: ReadonlySet<Camera>): void {
    for (const camera of cameras) {
      const here = [...this.#held.values()].filter(({ targets }) => targets.has(camera));
      // A closed port does not hang up on those who are connected; `reset` does.
      const effects = here.map(({ fault }) => fault).filter((fault) => portFate(fault) !== 'refuse');
      camera.effects =
        effects.length === 0
          ? NO_EFFECTS
          : (Object.fromEntries(effects.map((fault) => [fault.fault, fault])) as Effects);
      this.#choose(camera, here.findLast(({ programs }) => programs.has(camera))?.programs.get(camera));
      for (const connection of camera.connections) connection.effectsChanged();
    }
  }

  /** Back to its own clip with a keyframe at once, the last one before its place there, as an encoder that begins anew. */
  #choose(camera: Camera, wanted: Program | undefined): void {
    if (wanted !== undefined) camera.program = wanted;
    if (wanted !== undefined || camera.program === camera.ownProgram) return;
    const { packed } = camera.ownProgram;
    const keyframe = keyframeBefore(packed, clipSeconds(camera.ownProgram, this.#now90k()));
    camera.ownProgram = { packed, origin90k: this.#turnOf(camera, packed) - dts90k(packed, keyframe) };
    camera.program = camera.ownProgram;
  }

  /** Now, or within the time of one picture: when many cameras begin anew, they do not all send in the same moment. */
  #turnOf(camera: Camera, packed: PackedClip): number {
    const share = camera.index / this.#ground.cameras.length;
    return Math.round(this.#now90k() + (share * packed.duration90k) / packed.count);
  }

  #now90k(): number {
    const { clock, startMs } = this.#ground.stage;
    return (clock.monotonicMs() - startMs) * 90;
  }

  /** Cameras of one clip share what stands in for it: a frozen city must not cost an encoding a camera. */
  async #programs(fault: Fault, targets: ReadonlySet<Camera>): Promise<Map<Camera, Program>> {
    const substitutes = new Map<PackedClip, PackedClip | undefined>();
    for (const camera of targets) {
      const { packed } = camera.ownProgram;
      if (!substitutes.has(packed)) substitutes.set(packed, await this.#substitute(fault, camera));
    }
    const programs = [...targets].flatMap((camera): [Camera, Program][] => {
      const packed = substitutes.get(camera.ownProgram.packed);
      return packed === undefined ? [] : [[camera, { packed, origin90k: this.#turnOf(camera, packed) }]];
    });
    return new Map(programs);
  }

  #substitute(fault: Fault, camera: Camera): Promise<PackedClip> | PackedClip | undefined {
    const { clips } = this.#ground;
    const { packed } = camera.ownProgram;
    const at = clipSeconds(camera.ownProgram, this.#now90k());
    if (fault.fault === 'switch-clip') return clips.load(fault.clip, camera.options.parameterSets);
    if (fault.fault === 'look') return clips.standIn(packed, fault.like, at);
    if (fault.fault !== 'frozen') return undefined;
    return fault.how === 'repeated-keyframe'
      ? repeatedKeyframe(packed, at)
      : clips.standIn(packed, 'still', at);
  }
}

/** Only where a whole host is meant: a port is not one camera's. */
function portFate(fault: Fault): 'refuse' | 'no-answer' | undefined {
  if (fault.cameras !== undefined || fault.group !== undefined) return undefined;
  if (fault.fault === 'unreachable') return 'no-answer';
  return fault.fault === 'refuse' && fault.how !== 'reset' ? 'refuse' : undefined;
}

function connectionsOf(cameras: ReadonlySet<Camera>) {
  return [...cameras].flatMap((camera) => [...camera.connections]);
}
