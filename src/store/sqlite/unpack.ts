import { NgatuError } from '#base';
import type { ThreadError } from './sqlite-errors.ts';

/** What a thread said went wrong, as the error it is on this side. */
export function unpack({ code, message, kind, context }: ThreadError): NgatuError {
  return new NgatuError(code, message, { kind, context });
}
