import type { H265Profile } from './h265-parameter-sets.ts';

/** RFC 6381 §3.3: `avc1.` and the three bytes after the SPS header in hexadecimal. */
export function h264MimeCodec(sps: { profile: number; constraints: number; level: number }): string {
  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  return `avc1.${hex(sps.profile)}${hex(sps.constraints)}${hex(sps.level)}`;
}

/** ISO/IEC 14496-15 annex E.3, e.g. `hvc1.1.6.L93.90`: trailing zero constraint bytes are left out. */
export function h265MimeCodec(profile: H265Profile): string {
  const space = ['', 'A', 'B', 'C'][profile.space]!;
  const constraints = [...profile.constraints];
  while (constraints.at(-1) === 0) constraints.pop();
  return [
    'hvc1',
    `${space}${profile.profile}`,
    reversedBits(profile.compatibility).toString(16),
    `${profile.tier === 0 ? 'L' : 'H'}${profile.level}`,
    ...constraints.map((byte) => byte.toString(16)),
  ].join('.');
}

function reversedBits(word: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) reversed = reversed * 2 + (Math.floor(word / 2 ** bit) % 2);
  return reversed;
}
