import type { EpochMs } from '#base';
import type { AccessUnit, UnitMemory } from '#ingest';

/** A keyframe and the pictures that build on it, in decoding order. */
interface Group {
  readonly units: AccessUnit[];
  bytes: number;
  /** The pictures after `units` did not fit: what is here can be shown, what comes next does not continue it. */
  cut: boolean;
  /** Somebody else may hold its pictures as well. */
  shared: boolean;
  /** Each memory that its pictures lie in, held once, in order. */
  readonly memories: UnitMemory[];
}

/**
 * The newest pictures of one stream: the current group, and the groups before it as long as somebody wants them.
 * A group beyond its bound keeps only its keyframe, because a hole makes all behind it useless.
 */
export class KeptPictures {
  readonly #groups: Group[] = [];
  bytes = 0;

  /**
   * Takes a picture after its readers had it. `keepMs`: how far back whole groups are kept, 0 for the current one alone.
   * `maxBytes`: for all of them. `shared`: a reader may still hold it.
   */
  add(unit: AccessUnit, keepMs: number, maxBytes: number, shared: boolean): void {
    if (unit.keyframe) this.#groups.push({ units: [], bytes: 0, cut: false, shared: false, memories: [] });
    const group = this.#groups.at(-1);
    if (group === undefined || group.cut) {
      if (!shared) unit.memory?.release();
      return;
    }
    group.shared ||= shared;
    group.units.push(unit);
    if (unit.memory !== undefined) holdOnce(group, unit.memory);
    const bytes = lengthOf(unit);
    group.bytes += bytes;
    this.bytes += bytes;
    if (unit.keyframe) this.#dropOld(unit.receivedAt - keepMs);
    while (this.bytes > maxBytes && this.#groups.length > 1) this.#dropFirst();
    if (this.bytes > maxBytes && group.units.length > 1) this.#cutToKeyframe(group);
  }

  /** Somebody got hold of the kept pictures who may keep them. */
  share(): void {
    for (const group of this.#groups) group.shared = true;
  }

  /** The current group's pictures; do not keep the array. */
  current(): readonly AccessUnit[] {
    return this.#groups.at(-1)?.units ?? [];
  }

  /** Whether the next picture continues the current group without a hole. */
  get continuous(): boolean {
    return this.#groups.at(-1)?.cut === false;
  }

  /** From the last keyframe at or before `since`, else from the oldest there is. */
  from(since: EpochMs): AccessUnit[] {
    let first = this.#groups.length - 1;
    while (first > 0 && this.#groups[first]!.units[0]!.capturedAt > since) first--;
    return this.#groups.slice(Math.max(0, first)).flatMap((group) => group.units);
  }

  /** Frees what nobody wants any more. */
  shrink(keepMs: number): void {
    const newest = this.current()[0];
    if (newest !== undefined) this.#dropOld(newest.receivedAt - keepMs);
  }

  clear(): void {
    while (this.#groups.length > 0) this.#dropFirst();
  }

  /** A group is needed while the one after it began later than what is wanted. */
  #dropOld(wantedFrom: EpochMs): void {
    while (this.#groups.length > 1) {
      const next = this.#groups[1]!.units[0];
      if (next !== undefined && next.receivedAt > wantedFrom) return;
      this.#dropFirst();
    }
  }

  #dropFirst(): void {
    const group = this.#groups.shift()!;
    this.bytes -= group.bytes;
    release(group, 0);
  }

  #cutToKeyframe(group: Group): void {
    const keyframe = group.units[0]!;
    const bytes = lengthOf(keyframe);
    this.bytes += bytes - group.bytes;
    release(group, keyframe.memory === undefined ? 0 : 1);
    group.units.length = 1;
    group.bytes = bytes;
    group.cut = true;
  }
}

/** Pictures of one memory come one after the other: the first one's hold is enough for all. */
function holdOnce(group: Group, memory: UnitMemory): void {
  if (group.memories.at(-1) === memory && !group.shared) memory.release();
  else group.memories.push(memory);
}

/** Gives back the group's memories from the `first` on, unless somebody else may hold its pictures. */
function release(group: Group, first: number): void {
  if (!group.shared) for (let i = first; i < group.memories.length; i++) group.memories[i]!.release();
  group.memories.length = Math.min(first, group.memories.length);
}

function lengthOf(unit: AccessUnit): number {
  return unit.bytes ?? unit.data.length;
}
