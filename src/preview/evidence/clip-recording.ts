import type { EpochMs, Lifetime } from '#base';
import type { StreamId } from '#camera';
import type { AccessUnit } from '#ingest';
import type { Hub } from '#live';

export interface ClipRecordingOptions {
  /** From where on pictures are wanted: some time before the incident began. The hub must have been told to `keep` them. */
  readonly since: EpochMs;
  /** The most that is held; 32 MiB unless told. */
  readonly maxBytes?: number;
}

/** The pictures of an incident, from before it to after it, however long it lasts. */
export interface ClipRecording extends Lifetime {
  /**
   * All that is held so far, for `createClip`, which closes the gap. Of an incident too long to be held whole
   * these are its beginning and its end.
   */
  units(): readonly AccessUnit[];
  /** Pictures that had to be left out of the middle. */
  readonly leftOut: number;
  readonly bytes: number;
  /** Goes on for so long, then ends and gives `units()`; also when the camera sends nothing any more. */
  finish(afterMs: number): Promise<readonly AccessUnit[]>;
}

/** Begins with what the hub has kept and goes on with what comes. */
export function recordClip(
  hub: Pick<Hub, 'kept' | 'read'>,
  stream: StreamId,
  options: ClipRecordingOptions,
): ClipRecording {
  const pictures = new BeginningAndEnd(options.maxBytes ?? 32 * 1024 * 1024);
  let newest: AccessUnit | undefined;
  const take = (unit: AccessUnit): boolean => {
    // The reading begins with the cached group, whose pictures were among those kept.
    if (newest === undefined || isNewer(unit, newest)) {
      pictures.add(unit);
      newest = unit;
    }
    return true;
  };
  for (const unit of hub.kept(stream, options.since)) take(unit);
  const reading = hub.read(stream, { write: take }, { from: 'cached' });
  let ending: Promise<readonly AccessUnit[]> | undefined;
  let stop = (): void => {};
  const close = (): void => {
    void reading.close();
    stop();
  };
  return {
    units: () => pictures.units(),
    get leftOut() {
      return pictures.leftOut;
    },
    get bytes() {
      return pictures.bytes;
    },
    finish(afterMs) {
      ending ??= new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, afterMs);
        stop = () => {
          clearTimeout(timer);
          resolve();
        };
      }).then(() => {
        close();
        return pictures.units();
      });
      return ending;
    },
    close,
  };
}

/** The count may begin again when a camera is configured anew. */
function isNewer(unit: AccessUnit, newest: AccessUnit): boolean {
  return unit.sequence > newest.sequence || unit.receivedAt > newest.receivedAt;
}

interface Group {
  readonly units: AccessUnit[];
  bytes: number;
  /** Larger than all that may be held: a hole in it would make what follows useless, so it ends here. */
  cut: boolean;
}

/** Groups of pictures: the first ones up to a number of bytes, and of the rest the last ones. */
class BeginningAndEnd {
  readonly #share: number;
  readonly #beginning: Group[] = [];
  readonly #end: Group[] = [];
  bytes = 0;
  leftOut = 0;

  /** A third each for the beginning, the end, and the group by which the beginning may be longer. */
  constructor(maxBytes: number) {
    this.#share = maxBytes / 3;
  }

  units(): AccessUnit[] {
    return [...this.#beginning, ...this.#end].flatMap((group) => group.units);
  }

  add(unit: AccessUnit): void {
    if (unit.keyframe) this.#beginGroup();
    const group = this.#end.at(-1) ?? this.#beginning.at(-1);
    if (group !== undefined && !unit.keyframe && group.bytes + unit.data.length > this.#share)
      group.cut = true;
    if (group === undefined || group.cut) {
      this.leftOut++;
      return;
    }
    group.units.push(unit);
    group.bytes += unit.data.length;
    this.bytes += unit.data.length;
    while (this.#end.length > 1 && bytesOf(this.#end) > this.#share) this.#dropFirst();
  }

  #beginGroup(): void {
    const beginningIsFull = this.#end.length > 0 || bytesOf(this.#beginning) >= this.#share;
    (beginningIsFull ? this.#end : this.#beginning).push({ units: [], bytes: 0, cut: false });
  }

  #dropFirst(): void {
    const { units, bytes } = this.#end.shift()!;
    this.bytes -= bytes;
    this.leftOut += units.length;
  }
}

function bytesOf(groups: readonly Group[]): number {
  return groups.reduce((sum, { bytes }) => sum + bytes, 0);
}
