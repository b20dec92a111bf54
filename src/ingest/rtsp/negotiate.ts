import { cameraFailure } from '../failure.ts';
import { controlUrls } from './control-url.ts';
import type { RtspDialogue } from './dialogue.ts';
import { header, type RtspResponse } from './message.ts';
import { chooseVideo, type VideoTrack } from './session-description.ts';

/** A stream that the camera has agreed to send. */
export interface NegotiatedStream {
  readonly track: VideoTrack;
  /** Interleaved channels (RFC 2326 §10.12). */
  readonly rtpChannel: number;
  readonly rtcpChannel: number;
  readonly urls: { readonly track: string; readonly aggregate: string };
  /** Without a sign of life for this long the camera may end the session. */
  readonly timeoutSeconds: number;
  /** Methods from the answer to OPTIONS; empty where it did not say. */
  readonly methods: readonly string[];
}

export type Negotiation =
  | { readonly outcome: 'ready'; readonly stream: NegotiatedStream }
  | { readonly outcome: 'redirect'; readonly url: string };

const DEFAULT_TIMEOUT_SECONDS = 60;
const REDIRECTS = new Set([301, 302, 303, 305, 307, 308]);

/** OPTIONS, DESCRIBE and SETUP of the video alone. Failures are thrown as `cameraFailure`. */
export async function negotiate(dialogue: RtspDialogue, url: string): Promise<Negotiation> {
  const options = await dialogue.request('OPTIONS', url);
  if (REDIRECTS.has(options.status)) return redirect(options);
  const described = await dialogue.request('DESCRIBE', url, [['Accept', 'application/sdp']]);
  if (REDIRECTS.has(described.status)) return redirect(described);
  expectOk(described, 'DESCRIBE');
  const choice = chooseVideo(described.body);
  if (!choice.ok) throw cameraFailure('unsupported', choice.problem);
  const { track } = choice;
  const base =
    header(described.headers, 'content-base') ?? header(described.headers, 'content-location') ?? url;
  const urls = controlUrls(/^rtsps?:\/\//i.test(base) ? base : url, track.control, track.sessionControl);
  const setup = await dialogue.request('SETUP', urls.track, [
    ['Transport', 'RTP/AVP/TCP;unicast;interleaved=0-1'],
  ]);
  if (REDIRECTS.has(setup.status)) return redirect(setup);
  if (setup.status === 461)
    throw cameraFailure('unsupported', 'the camera does not send its stream over TCP');
  expectOk(setup, 'SETUP');
  const session = readSession(setup);
  dialogue.session = session.id;
  const methods = (header(options.headers, 'public') ?? '')
    .toUpperCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  return {
    outcome: 'ready',
    stream: { track, urls, methods, timeoutSeconds: session.timeoutSeconds, ...readTransport(setup) },
  };
}

/** PLAY for all tracks together, or for the one where the camera wants that. Packets may come before the answer. */
export async function play(dialogue: RtspDialogue, stream: NegotiatedStream): Promise<void> {
  const range = [['Range', 'npt=0.000-']] as const;
  const answer = await dialogue.request('PLAY', stream.urls.aggregate, range);
  const perTrack =
    [404, 405, 455, 459, 460].includes(answer.status) && stream.urls.track !== stream.urls.aggregate;
  expectOk(perTrack ? await dialogue.request('PLAY', stream.urls.track, range) : answer, 'PLAY');
}

function redirect(answer: RtspResponse): Negotiation {
  const url = header(answer.headers, 'location');
  if (url === undefined)
    throw cameraFailure('refused', `the camera redirects (${answer.status}) without saying where`);
  return { outcome: 'redirect', url };
}

function expectOk(answer: RtspResponse, method: string): void {
  if (answer.status === 200) return;
  const said = `${answer.status} ${answer.phrase.slice(0, 80)}`.trim();
  if (answer.status === 403) throw cameraFailure('unauthorised', `the camera forbids ${method}: ${said}`);
  if (answer.status === 404) throw cameraFailure('refused', `the camera has no stream at this path: ${said}`);
  if (answer.status === 453 || answer.status === 503)
    throw cameraFailure('refused', `the camera has no room for another viewer: ${said}`);
  throw cameraFailure('refused', `the camera refuses ${method}: ${said}`);
}

/** `Session: id;timeout=60` (RFC 2326 §12.37). */
function readSession(answer: RtspResponse): { id: string; timeoutSeconds: number } {
  const text = header(answer.headers, 'session');
  const match = /^\s*([^;\s]{1,256})(?:.*?;\s*timeout\s*=\s*(\d{1,6}))?/i.exec(text ?? '');
  if (match === null) throw cameraFailure('refused', 'the camera gave no session');
  const seconds = Number(match[2] ?? DEFAULT_TIMEOUT_SECONDS);
  return { id: match[1]!, timeoutSeconds: Math.min(3600, Math.max(5, seconds)) };
}

/** The channels may differ from those asked for. */
function readTransport(answer: RtspResponse): { rtpChannel: number; rtcpChannel: number } {
  const text = header(answer.headers, 'transport') ?? '';
  const match = /interleaved\s*=\s*(\d{1,3})(?:-(\d{1,3}))?/i.exec(text);
  if (match === null && /\bclient_port\s*=|\bRTP\/AVP(\/UDP)?\s*(;|$)/i.test(text))
    throw cameraFailure('unsupported', 'the camera wants to send its stream over UDP');
  const rtpChannel = Number(match?.[1] ?? 0) & 0xff;
  return { rtpChannel, rtcpChannel: Number(match?.[2] ?? rtpChannel + 1) & 0xff };
}
