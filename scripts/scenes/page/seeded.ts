/** Numbers that look random and are the same in every run: the only source of chance in the page. */
export interface Seeded {
  /** 0 up to, but not including, 1. */
  unit(): number;
  between(low: number, high: number): number;
  /** A whole number from 0 up to, but not including, `count`. */
  below(count: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
}

/** A 32-bit Weyl sequence through a murmur finaliser: short, and good enough for pictures. */
export function seeded(seed: number): Seeded {
  let state = Math.imul(seed | 0, 0x9e3779b1) ^ 0x5bf03635;
  const unit = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(unit() * count);
  return {
    unit,
    between: (low, high) => low + (high - low) * unit(),
    below,
    chance: (probability) => unit() < probability,
    pick: (choices) => choices[below(choices.length)]!,
  };
}
