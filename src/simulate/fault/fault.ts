import { z } from 'zod';
import { NgatuError } from '#base';

/** Which cameras: all unless told. Both told: the cameras of that host whose name matches. */
const target = {
  /** Names or patterns (`*` any characters, `?` one). */
  cameras: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  group: z.string().optional(),
  host: z.string().optional(),
  /** Ends by itself after so long; else when it is removed. */
  forSeconds: z.number().positive().max(86_400).optional(),
};

const fraction = z.number().min(0).max(1);
const seed = z.int().min(0).default(1);
const methods = z.array(z.enum(['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'GET_PARAMETER'])).min(1);
const seconds = z.number().min(0).max(86_400);

function fault<Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) {
  return z.strictObject({ fault: z.literal(name), ...target, ...shape });
}

/** Every fault by name; docs/ref/simulate.md says what each does on the wire. */
export const faultRequest = z.discriminatedUnion('fault', [
  fault('refuse', { how: z.enum(['closed-port', 'reset']).optional() }),
  fault('unreachable', {}),
  fault('reset', { afterPlayingSeconds: seconds.optional(), how: z.enum(['rst', 'fin']).default('rst') }),
  fault('mute', {}),
  fault('half-open', {}),
  fault('answer', { status: z.int().min(300).max(599), methods: methods.default(['DESCRIBE']) }),
  fault('redirect', { to: z.string().startsWith('rtsp') }),
  fault('wrong-password', {}),
  fault('slow-answer', {
    delayMs: z.number().positive().max(600_000),
    methods: methods.default(['DESCRIBE']),
  }),
  fault('limit-sessions', { sessions: z.int().min(0), how: z.enum(['453', 'reset']).default('453') }),
  fault('silent', { afterPlayingSeconds: seconds.default(0) }),
  fault('trickle', { bytesPerSecond: z.number().min(0.1).max(10_000).default(4) }),
  fault('bandwidth', { kbitPerSecond: z.number().min(8).max(1_000_000) }),
  fault('jitter', { maxMs: z.number().positive().max(60_000), seed }),
  fault('bursts', { periodMs: z.number().positive().max(60_000) }),
  fault('loss', { fraction, meanBurstPackets: z.number().min(1).max(1000).default(1), seed }),
  fault('corrupt', { where: z.enum(['payload', 'rtp-header', 'framing']), fraction, seed }),
  fault('reorder', { fraction, distancePackets: z.int().min(1).max(100).default(3), seed }),
  fault('duplicate', { fraction, seed }),
  fault('no-marker', {}),
  fault('no-keyframes', {}),
  fault('timestamp-jump', { seconds: z.number().min(-47_000).max(47_000), everySeconds: seconds.optional() }),
  fault('no-sender-reports', {}),
  fault('clock', { offsetMs: z.number().min(-1e13).max(1e13), wanderMs: z.number().min(0).default(0), seed }),
  fault('switch-clip', { clip: z.string().min(1) }),
  fault('frozen', { how: z.enum(['encoded', 'repeated-keyframe']).default('encoded') }),
  fault('look', { like: z.enum(['black', 'blinded', 'blurred', 'moved']) }),
]);

/** What is asked for; defaults may be left out. */
export type FaultRequest = z.input<typeof faultRequest>;

export type Fault = z.output<typeof faultRequest>;
type FaultName = Fault['fault'];

/** The faults that hold for one camera: of each name the one that came last. */
export type Effects = { readonly [Name in FaultName]?: Extract<Fault, { readonly fault: Name }> };

export const NO_EFFECTS: Effects = Object.freeze({});

/** Throws `FAULT_INVALID` with a sentence for every wrong field. */
export function parseFault(request: unknown): Fault {
  const { data, error } = faultRequest.safeParse(request);
  if (error === undefined) return data;
  const wrong = error.issues.map((issue) => `${issue.path.join('.') || 'fault'}: ${issue.message}`);
  throw new NgatuError('FAULT_INVALID', `Not a fault: ${wrong.join('; ')}.`, { kind: 'config' });
}

export interface Targeted {
  readonly name: string;
  readonly group: string | undefined;
  readonly host: string;
}

export function isTarget(fault: Pick<Fault, 'cameras' | 'group' | 'host'>, camera: Targeted): boolean {
  if (fault.host !== undefined && fault.host !== camera.host) return false;
  if (fault.group !== undefined && fault.group !== camera.group) return false;
  if (fault.cameras === undefined) return true;
  return [fault.cameras].flat().some((pattern) => matches(pattern, camera.name));
}

function matches(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(name);
}
