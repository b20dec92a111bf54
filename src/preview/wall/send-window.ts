/** How many bytes may be on their way to one viewer, and how that grows and shrinks. */
export interface WindowLimits {
  readonly smallestBytes: number;
  readonly firstBytes: number;
  readonly largestBytes: number;
  /** The delay that sending may add on the road, beyond what the road takes when it is empty. */
  readonly delayMs: number;
}

interface Probe {
  readonly id: number;
  readonly sentAt: number;
  /** All bytes ever sent before it, and those of them that had not arrived then. */
  readonly sentBytes: number;
  readonly bytesOnTheWay: number;
}

const PROBE_EVERY_MS = 1000;
const PROBE_WHEN_IDLE_EVERY_MS = 20_000;
const PROBE_EVERY_BYTES = 64 * 1024;
const MOST_PROBES = 256;
/** So many times the allowed delay without any answer, and nothing more is sent until one comes. */
const PATIENCE = 4;

/**
 * Bounds what is on its way to a viewer by what comes back. Between the server and an eye lie buffers of megabytes that
 * nobody can look into (kernel, proxies, browser), so a ping is put among the data now and then: its answer tells that
 * everything before it has arrived, and how long that took. The window is kept at what the road carries in `delayMs`.
 */
export class SendWindow {
  readonly #limits: WindowLimits;
  readonly #probes: Probe[] = [];
  #window: number;
  #sent = 0;
  #arrived = 0;
  #probedBytes = 0;
  #probedAt = -Infinity;
  #nextId = 1;
  #emptyRoadMs = Infinity;

  constructor(limits: WindowLimits) {
    this.#limits = limits;
    this.#window = limits.firstBytes;
  }

  /** Sent and not known to have arrived. */
  get bytesOnTheWay(): number {
    return this.#sent - this.#arrived;
  }

  get bytes(): number {
    return this.#window;
  }

  isOpen(nowMs: number): boolean {
    return this.bytesOnTheWay < this.#window && !this.#isStalled(nowMs);
  }

  /** A group of pictures that was begun may be finished beyond the window, on a road not known to be slow. */
  isOpenForGroup(nowMs: number): boolean {
    const roadIsGood = this.#window >= this.#limits.firstBytes && !this.#isStalled(nowMs);
    return roadIsGood && this.bytesOnTheWay < this.#limits.largestBytes;
  }

  sent(bytes: number): void {
    this.#sent += bytes;
  }

  /** The id of a ping to send now, if it is time for one. */
  probe(nowMs: number): number | undefined {
    const bytes = this.#sent - this.#probedBytes;
    const elapsed = nowMs - this.#probedAt;
    const enough = Math.min(PROBE_EVERY_BYTES, this.#window / 2);
    const due = bytes >= enough || elapsed >= (bytes > 0 ? PROBE_EVERY_MS : PROBE_WHEN_IDLE_EVERY_MS);
    if (!due || this.#probes.length >= MOST_PROBES) return undefined;
    this.#probedBytes = this.#sent;
    this.#probedAt = nowMs;
    const id = this.#nextId++;
    this.#probes.push({ id, sentAt: nowMs, sentBytes: this.#sent, bytesOnTheWay: this.bytesOnTheWay });
    return id;
  }

  /** A ping came back; those before it count as answered too. What was never sent is ignored. */
  answered(id: number, nowMs: number): void {
    const at = this.#probes.findIndex((probe) => probe.id === id);
    if (at === -1) return;
    const probe = this.#probes.splice(0, at + 1).at(-1)!;
    const delayMs = nowMs - probe.sentAt;
    this.#arrived = probe.sentBytes;
    this.#emptyRoadMs = Math.min(this.#emptyRoadMs, delayMs);
    this.#adapt(probe.bytesOnTheWay, delayMs);
  }

  /** How long the oldest ping has been waiting for its answer; 0 when none is. */
  stalledMs(nowMs: number): number {
    const oldest = this.#probes[0];
    return oldest === undefined ? 0 : nowMs - oldest.sentAt;
  }

  #isStalled(nowMs: number): boolean {
    return this.stalledMs(nowMs) > this.#wantedMs() * PATIENCE;
  }

  #wantedMs(): number {
    return (this.#emptyRoadMs === Infinity ? 0 : this.#emptyRoadMs) + this.#limits.delayMs;
  }

  #adapt(bytesOnTheWay: number, delayMs: number): void {
    const { smallestBytes, largestBytes } = this.#limits;
    const wantedMs = this.#wantedMs();
    if (delayMs > wantedMs)
      this.#window = Math.max(smallestBytes, Math.round((bytesOnTheWay * wantedMs) / delayMs));
    else if (delayMs < wantedMs / 2 && bytesOnTheWay > this.#window / 4)
      this.#window = Math.min(largestBytes, this.#window * 2);
  }
}
