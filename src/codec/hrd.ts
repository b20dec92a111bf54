import type { BitReader } from './bit-reader.ts';

/** Reads past hrd_parameters (ITU-T H.264 §E.1.2), which nothing here needs. */
export function readHrd(reader: BitReader): void {
  const count = reader.ue() + 1;
  reader.skip(8);
  for (let i = 0; i < count && i < 32; i++) {
    reader.ue();
    reader.ue();
    reader.bit();
  }
  reader.skip(20);
}
