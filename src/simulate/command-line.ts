import { parseArgs } from 'node:util';
import { NgatuError } from '#base';
import type { SimulatorOptions } from './options.ts';

/** What `ngatu simulate …` asks for. */
export interface SimulateCommand {
  readonly options: SimulatorOptions;
  /** Where `startControl` is to listen; 0 lets the system choose, undefined: not at all. */
  readonly controlPort: number | undefined;
}

/** What follows `ngatu simulate`, for the usage line. */
export const simulateParameters =
  '--clip FILE… [--cameras N] [--name PATTERN] [--host ADDRESS…] [--port N] [--user NAME --password WORD] ' +
  '[--scheme basic|digest-md5|digest-sha-256…] [--qop] [--audio] [--join middle|next-keyframe] [--mtu N] [--pictures-per-write N] [--seed N] [--control N]';

/**
 * Pure: reads words, opens nothing. Clips are dealt out to cameras in turn, cameras to hosts in equal blocks. `#` in the name's pattern
 * stands for the camera's number from 1. Throws `SIMULATE_USAGE`; what the options themselves contradict, `startSimulator` says.
 */
export function parseSimulateWords(words: readonly string[]): SimulateCommand {
  const given = read(words);
  const clips = given.clip ?? [];
  if (clips.length === 0) throw usage('--clip FILE is needed at least once');
  const count = whole('cameras', given.cameras, 1, 100_000) ?? 1;
  const hosts = given.host ?? ['127.0.0.1'];
  const pattern = given.name ?? 'camera-#';
  if (count > 1 && !pattern.includes('#')) throw usage("--name needs a '#' for the camera's number");
  const every = defined({
    user: given.user,
    password: given.password,
    schemes: given.scheme as NonNullable<SimulatorOptions['cameras'][number]['schemes']> | undefined,
    join: given.join as SimulatorOptions['cameras'][number]['join'],
    qop: given.qop,
    audio: given.audio,
  });
  const cameras = Array.from({ length: count }, (_, nth) => ({
    name: pattern.replaceAll('#', String(nth + 1)),
    clip: clips[nth % clips.length]!,
    host: hosts[Math.floor((nth * hosts.length) / count)]!,
    ...every,
  }));
  const port = whole('port', given.port, 0, 65_535);
  const mtu = whole('mtu', given.mtu, 64, 65_535);
  const picturesPerWrite = whole('pictures-per-write', given['pictures-per-write'], 1, 8);
  const seed = whole('seed', given.seed, 0, 2 ** 31);
  const options = { cameras, hosts, ...defined({ port, mtu, picturesPerWrite, seed }) };
  return { options, controlPort: whole('control', given.control, 0, 65_535) };
}

function read(words: readonly string[]) {
  const text = { type: 'string' } as const;
  const list = { type: 'string', multiple: true } as const;
  const flag = { type: 'boolean' } as const;
  const shape = { clip: list, cameras: text, name: text, host: list, port: text, user: text, password: text };
  const more = {
    scheme: list,
    qop: flag,
    audio: flag,
    join: text,
    mtu: text,
    seed: text,
    control: text,
    'pictures-per-write': text,
  };
  try {
    return parseArgs({ args: [...words], options: { ...shape, ...more }, strict: true }).values;
  } catch (cause) {
    throw usage(cause instanceof Error ? cause.message : String(cause));
  }
}

function whole(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw usage(`--${option} takes a whole number from ${least} to ${most}, got '${text}'`);
}

/** Without what was not given: an option that is there but undefined would hide its default. */
function defined<T extends object>(given: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [Key in keyof T]?: NonNullable<T[Key]> };
}

function usage(why: string): NgatuError {
  return new NgatuError('SIMULATE_USAGE', `${why}.`, { kind: 'config' });
}
