import type { EpochMs } from '#base';
import type { AccessUnit } from '#ingest';

/** A keyframe and the pictures that build on it, in decoding order. */
interface Group {
  readonly units: AccessUnit[];
  bytes: number;
  /** The pictures after `units` did not fit: what is here can be shown, what comes next does not continue it. */
  cut: boolean;
}

/**
 * The newest pictures of one stream: the current group, and the groups before it as long as somebody wants them.
 * A group beyond its bound keeps only its keyframe, because a hole makes all behind it useless.
 */
export class KeptPictures {
  readonly #groups: Group[] = [];
  bytes = 0;

  /** `keepMs`: how far back whole groups are kept, 0 for the current one alone. `maxBytes`: for all of them. */
  add(unit: AccessUnit, keepMs: number, maxBytes: number): void {
    if (unit.keyframe) this.#groups.push({ units: [], bytes: 0, cut: false });
    const group = this.#groups.at(-1);
    if (group === undefined) return;
    if (unit.keyframe) this.#dropOld(unit.receivedAt - keepMs);
    if (group.cut) return;
    group.units.push(unit);
    group.bytes += unit.data.length;
    this.bytes += unit.data.length;
    while (this.bytes > maxBytes && this.#groups.length > 1) this.#dropFirst();
    if (this.bytes > maxBytes && group.units.length > 1) this.#cutToKeyframe(group);
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
    this.#groups.length = 0;
    this.bytes = 0;
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
    this.bytes -= this.#groups.shift()!.bytes;
  }

  #cutToKeyframe(group: Group): void {
    this.bytes -= group.bytes;
    group.units.length = 1;
    group.bytes = group.units[0]!.data.length;
    group.cut = true;
    this.bytes += group.bytes;
  }
}
