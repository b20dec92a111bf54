import { z } from 'zod';
import { NgatuError } from '#base';
import { faultRequest } from './fault/fault.ts';

const camera = z.strictObject({
  /** The path of its URL, without a leading slash; may hold slashes and a query, as cameras' paths do. */
  name: z.string().regex(/^[^\s/#][^\s#]*$/, 'a path without white space, leading slash or #'),
  /** An MP4 file, H.264 or H.265. */
  clip: z.string().min(1),
  /** One of the simulator's hosts; its first one unless told. */
  host: z.string().optional(),
  /** A word to aim faults at. */
  group: z.string().optional(),
  /** With both, it answers only those who know them. */
  user: z
    .string()
    .regex(/^[^:]+$/, 'without a colon')
    .optional(),
  password: z.string().optional(),
  schemes: z
    .array(z.enum(['basic', 'digest-md5', 'digest-sha-256']))
    .min(1)
    .default(['digest-md5']),
  /** Digests ask for qop=auth. */
  qop: z.boolean().default(false),
  nonceSeconds: z.number().positive().default(3600),
  /** Offers a second track, G.711 A-law. */
  audio: z.boolean().default(false),
  /** Where in the clip it is when the simulator starts; spread over cameras unless told. */
  phaseSeconds: z.number().min(0).optional(),
  /** Where a client comes in: as a rule in the middle of a group of pictures. */
  join: z.enum(['middle', 'next-keyframe']).default('middle'),
  parameterSets: z.enum(['aggregated', 'single', 'sdp-only']).default('aggregated'),
  /** Control attributes of the SDP. */
  control: z.enum(['relative', 'absolute']).default('relative'),
  clockOffsetMs: z.number().default(0),
  /** RTP timestamp and sequence number of a session's first packet; random unless told. */
  timestampStart: z.int().min(0).max(0xffffffff).optional(),
  sequenceStart: z.int().min(0).max(0xffff).optional(),
  /** A session nobody speaks to for so long is closed. */
  sessionTimeoutSeconds: z.number().positive().default(60),
});

const simulator = z.strictObject({
  cameras: z.array(camera).min(1),
  /** Addresses to listen on, each with all the cameras that name it. */
  hosts: z.array(z.string().min(1)).min(1).default(['127.0.0.1']),
  /** The same on every host; 0 lets the system choose, for each its own. */
  port: z.int().min(0).max(65_535).default(0),
  /** Bytes of the longest RTP packet. */
  mtu: z.int().min(64).max(65_535).default(1400),
  /** Several pictures go out together, when the last of them is due: later, but with that many times fewer writes. */
  picturesPerWrite: z.int().min(1).max(8).default(1),
  senderReportSeconds: z.number().positive().default(5),
  /** What is kept for a client that does not read, beyond the kernel's buffers. */
  queueBytes: z
    .int()
    .min(0)
    .default(256 * 1024),
  seed: z.int().min(0).default(1),
  /** PEM; with them every listener speaks rtsps. */
  tls: z.strictObject({ key: z.string(), cert: z.string() }).optional(),
  /** Faults that hold from the start. */
  faults: z.array(faultRequest).default([]),
});

/** What may be asked for; defaults may be left out. */
export type SimulatorOptions = z.input<typeof simulator>;
export type SettledOptions = z.output<typeof simulator>;
export type CameraOptions = z.output<typeof camera>;

/** Throws `SIMULATOR_OPTIONS` with a sentence for every wrong field. */
export function parseOptions(options: unknown): SettledOptions {
  const { data, error } = simulator.safeParse(options);
  if (error === undefined) return contradictionFree(data);
  const wrong = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw refusal(wrong.join('; '));
}

function contradictionFree(options: SettledOptions): SettledOptions {
  const names = new Set<string>();
  for (const { name, host, user, password } of options.cameras) {
    if (names.has(name)) throw refusal(`two cameras are named ${JSON.stringify(name)}`);
    names.add(name);
    if (host !== undefined && !options.hosts.includes(host))
      throw refusal(`camera ${name} stands on ${host}, which is none of hosts: ${options.hosts.join(', ')}`);
    if ((user === undefined) !== (password === undefined))
      throw refusal(`camera ${name} has a user or a password, but not both`);
  }
  return options;
}

function refusal(why: string): NgatuError {
  return new NgatuError('SIMULATOR_OPTIONS', `The simulator cannot start like this: ${why}.`, {
    kind: 'config',
  });
}
