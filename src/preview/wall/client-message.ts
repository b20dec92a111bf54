import { z } from 'zod';
import type { WallRequest } from '../wall-messages.ts';

const channel = z.int().min(0).max(0xffff);

const request = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('watch'),
    channel,
    camera: z.string().min(1).max(200),
    tier: z.enum(['full', 'keyframes']),
    stream: z.enum(['sub', 'main']).exactOptional(),
  }),
  z.object({ type: z.literal('unwatch'), channel }),
  z.object({ type: z.literal('accepts'), codecs: z.array(z.string().max(64)).max(64) }),
]);

const MOST_CHARACTERS = 8192;

export type ReadRequest =
  | { readonly ok: true; readonly request: WallRequest }
  | { readonly ok: false; readonly problem: string; readonly channel: number | undefined };

/** Whatever a client sent, as a request or as what is wrong with it. */
export function readRequest(text: string): ReadRequest {
  if (text.length > MOST_CHARACTERS)
    return bad(`Expected a message of at most ${MOST_CHARACTERS} characters, got ${text.length}.`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return bad('Expected JSON.');
  }
  const read = request.safeParse(json);
  if (read.success) return { ok: true, request: read.data };
  const named = z.object({ channel }).safeParse(json);
  const { path, message } = read.error.issues[0]!;
  return bad(
    `${path.length === 0 ? 'message' : path.join('.')}: ${message}`.slice(0, 300),
    named.data?.channel,
  );
}

function bad(problem: string, at?: number): ReadRequest {
  return { ok: false, problem, channel: at };
}
