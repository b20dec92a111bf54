/** The packet is older than one already seen, or the same again: leave it out. */
export const LATE = -1;
/** The numbers begin anew: whatever came between is unknown. */
export const RESTARTED = -2;

/** A step back that is no more than this is a late packet or a copy; a longer one is a sender that began anew. */
const MAX_LATE = 100;

/** Tells from 16-bit sequence numbers what is missing (RFC 3550 §A.1; simpler, because TCP keeps the order). */
export class SequenceNumbers {
  #last = -1;

  /** How many packets are missing before this one: 0 as a rule; or `LATE` or `RESTARTED`. */
  next(sequence: number): number {
    const last = this.#last;
    const step = (sequence - last) & 0xffff;
    if (step === 1 || last < 0) {
      this.#last = sequence;
      return 0;
    }
    if (step === 0 || step >= 0x10000 - MAX_LATE) return LATE;
    this.#last = sequence;
    return step < 0x8000 ? step - 1 : RESTARTED;
  }
}
