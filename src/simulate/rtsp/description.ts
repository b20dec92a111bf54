import { type PackedClip, VIDEO_PAYLOAD_TYPE } from '../clip/packed-clip.ts';
import { AUDIO_PAYLOAD_TYPE } from '../play/audio.ts';

export interface Described {
  readonly packed: PackedClip;
  readonly audio: boolean;
  /** Put before each control attribute: empty, or the camera's own URL with a slash. */
  readonly controlBase: string;
}

/** The session description of RFC 8866 with the format parameters of RFC 6184 §8.2.1 and RFC 7798 §7.2.1. */
export function describe({ packed, audio, controlBase }: Described): string {
  const { clip } = packed;
  const rate = (packed.count * 90_000) / packed.duration90k;
  const kbitPerSecond = Math.ceil((packed.data.length * 8 * 90) / packed.duration90k);
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=Media Presentation',
    't=0 0',
    `a=control:${controlBase === '' ? '*' : controlBase}`,
    'a=range:npt=now-',
    `m=video 0 RTP/AVP ${VIDEO_PAYLOAD_TYPE}`,
    'c=IN IP4 0.0.0.0',
    `b=AS:${kbitPerSecond}`,
    `a=rtpmap:${VIDEO_PAYLOAD_TYPE} ${clip.codec === 'h264' ? 'H264' : 'H265'}/90000`,
    `a=fmtp:${VIDEO_PAYLOAD_TYPE} ${clip.codec === 'h264' ? avcParameters(clip) : hevcParameters(clip)}`,
    `a=framerate:${Number(rate.toFixed(3))}`,
    `a=control:${controlBase}trackID=0`,
  ];
  if (audio)
    lines.push(
      `m=audio 0 RTP/AVP ${AUDIO_PAYLOAD_TYPE}`,
      'c=IN IP4 0.0.0.0',
      `a=rtpmap:${AUDIO_PAYLOAD_TYPE} PCMA/8000`,
      `a=control:${controlBase}trackID=1`,
    );
  return `${lines.join('\r\n')}\r\n`;
}

type Sets = Pick<PackedClip['clip'], 'parameterSets'>;

function avcParameters({ parameterSets }: Sets): string {
  const sps = parameterSets.find((set) => (set[0]! & 0x1f) === 7);
  const profile = sps === undefined ? '' : `profile-level-id=${sps.toString('hex', 1, 4).toUpperCase()};`;
  const sets = parameterSets.map((set) => set.toString('base64')).join(',');
  return `packetization-mode=1;${profile}sprop-parameter-sets=${sets}`;
}

function hevcParameters({ parameterSets }: Sets): string {
  const names = { 32: 'sprop-vps', 33: 'sprop-sps', 34: 'sprop-pps' } as const;
  return Object.entries(names)
    .map(([type, name]) => {
      const sets = parameterSets.filter((set) => ((set[0]! >> 1) & 0x3f) === Number(type));
      return `${name}=${sets.map((set) => set.toString('base64')).join(',')}`;
    })
    .join(';');
}
