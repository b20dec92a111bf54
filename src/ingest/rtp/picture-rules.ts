import type { VideoFormat } from '../access-unit.ts';
import type { NalRules } from './picture-assembly.ts';

/** All that differs between the codecs once their payloads are unpacked. One instance a connection: it remembers parameter sets. */
export interface PictureRules extends NalRules {
  /** The format for the keyframe whose first slice this is; undefined while its parameter sets have not come. */
  formatFor(firstSlice: Buffer): VideoFormat | undefined;
  /** A parameter set came that is new or differs from before, and no keyframe has taken it up. */
  readonly changed: boolean;
  /** Pictures that may come before one shown earlier; undefined where the stream does not say. Of the format given last. */
  readonly reorderedPictures: number | undefined;
  readonly framesPerSecond: number | undefined;
  /** Whether `orderCount` must be asked about every picture. */
  readonly needsOrder: boolean;
  /** Whether pictures shown before a keyframe may follow it. */
  readonly leadingPictures: boolean;
  /** Place in presentation order among the pictures since the last IDR; undefined where it cannot be told. */
  orderCount(firstSlice: Buffer): number | undefined;
  /** What about the stream this program does not play, in words; undefined as a rule. */
  readonly refusal: string | undefined;
  /** Why the parameter sets seen so far were of no use; undefined as a rule. */
  readonly problem: string | undefined;
}
