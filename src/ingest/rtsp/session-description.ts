import type { VideoCodec } from '../access-unit.ts';

/** The video of a session description (RFC 8866) that this program plays. */
export interface VideoTrack {
  readonly codec: VideoCodec;
  readonly payloadType: number;
  /** NAL units from `sprop-…` parameters; empty where the camera sends them only in the stream. */
  readonly parameterSets: readonly Buffer[];
  /** `a=control` of the track and of the session; undefined where absent. */
  readonly control: string | undefined;
  readonly sessionControl: string | undefined;
}

export type TrackChoice =
  | { readonly ok: true; readonly track: VideoTrack }
  | { readonly ok: false; readonly problem: string };

interface Media {
  readonly kind: string;
  readonly transport: string;
  readonly payloadTypes: readonly number[];
  readonly attributes: readonly string[];
}

const CODECS: Readonly<Record<string, VideoCodec>> = { H264: 'h264', H265: 'h265', HEVC: 'h265' };
const STATIC_NAMES: Readonly<Record<number, string>> = { 26: 'JPEG', 31: 'H261', 32: 'MPV', 34: 'H263' };
const MAX_LINES = 2000;

/** The first video track this program plays; else what there is instead, in words. */
export function chooseVideo(description: string): TrackChoice {
  const sections = description
    .split(/\r?\n/, MAX_LINES)
    .join('\n')
    .split(/\n(?=m=)/);
  const media = sections.map(parseMedia).filter((each) => each !== undefined);
  const videos = media.filter((each) => each.kind === 'video');
  if (videos.length === 0) return { ok: false, problem: 'the camera offers no video' };
  const sessionControl = attribute((sections[0] ?? '').split('\n').map(withoutPrefix), 'control');
  const problems: string[] = [];
  for (const video of videos) {
    for (const payloadType of video.payloadTypes) {
      const outcome = readTrack(video, payloadType, sessionControl);
      if (outcome.ok) return outcome;
      problems.push(outcome.problem);
    }
  }
  return { ok: false, problem: problems[0] ?? 'the camera offers video without a format' };
}

function parseMedia(section: string): Media | undefined {
  const [first, ...rest] = section.split('\n');
  const match = /^m=(\S+) \S+ (\S+)((?: \d{1,3})*)/.exec(first!);
  if (match === null) return undefined;
  const payloadTypes = match[3]!.trim().split(' ').filter(Boolean).map(Number);
  return { kind: match[1]!, transport: match[2]!, payloadTypes, attributes: rest.map(withoutPrefix) };
}

function withoutPrefix(line: string): string {
  return line.startsWith('a=') ? line.slice(2) : '';
}

function attribute(attributes: readonly string[], name: string): string | undefined {
  return attributes
    .find((each) => each.startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim();
}

function readTrack(video: Media, payloadType: number, sessionControl: string | undefined): TrackChoice {
  if (!/^RTP\/AVPF?(\/TCP)?$/i.test(video.transport))
    return { ok: false, problem: `the camera's video comes as ${video.transport}, not as plain RTP` };
  const [name, clock] = encoding(video, payloadType);
  const codec = CODECS[name.toUpperCase()];
  if (codec === undefined) return { ok: false, problem: `the camera's video is ${name}, not H.264 or H.265` };
  if (clock !== undefined && clock !== '90000')
    return { ok: false, problem: `the camera's video has a clock of ${clock} Hz instead of 90000` };
  const format = parameters(video, payloadType);
  const interleaving = interleavingProblem(codec, format);
  if (interleaving !== undefined) return { ok: false, problem: interleaving };
  const control = attribute(video.attributes, 'control');
  return {
    ok: true,
    track: { codec, payloadType, parameterSets: parameterSets(format), control, sessionControl },
  };
}

/** Name and clock rate from `a=rtpmap` (RFC 8866 §6.6). */
function encoding(video: Media, payloadType: number): [string, string | undefined] {
  const map = attributeFor(video, 'rtpmap', payloadType)?.split('/');
  if (map !== undefined && map[0] !== '') return [map[0]!, map[1]];
  return [STATIC_NAMES[payloadType] ?? `payload type ${payloadType}`, undefined];
}

/** `a=fmtp` as names in lower case and values (RFC 6184 §8.2.1). */
function parameters(video: Media, payloadType: number): ReadonlyMap<string, string> {
  const pairs = (attributeFor(video, 'fmtp', payloadType) ?? '').split(';').map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    return equals === -1
      ? [pair.trim().toLowerCase(), '']
      : [pair.slice(0, equals).trim().toLowerCase(), pair.slice(equals + 1).trim()];
  });
  return new Map(pairs);
}

function attributeFor(video: Media, name: string, payloadType: number): string | undefined {
  const prefix = `${name}:${payloadType} `;
  return video.attributes
    .find((each) => each.startsWith(prefix))
    ?.slice(prefix.length)
    .trim();
}

/** Modes in which NAL units come out of their order (RFC 6184 §6.4, RFC 7798 §7.1): no camera known uses them. */
function interleavingProblem(codec: VideoCodec, format: ReadonlyMap<string, string>): string | undefined {
  if (codec === 'h264' && format.get('packetization-mode') === '2')
    return "the camera's H.264 is interleaved (packetization mode 2)";
  const distance = format.get('sprop-max-don-diff');
  if (codec === 'h265' && distance !== undefined && distance !== '0')
    return "the camera's H.265 is interleaved (decoding order numbers)";
  return undefined;
}

function parameterSets(format: ReadonlyMap<string, string>): Buffer[] {
  return ['sprop-parameter-sets', 'sprop-vps', 'sprop-sps', 'sprop-pps']
    .flatMap((name) => (format.get(name) ?? '').split(','))
    .map((text) => Buffer.from(text, 'base64'))
    .filter((nal) => nal.length > 0);
}
