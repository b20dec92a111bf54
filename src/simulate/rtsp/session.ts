import { randomBytes } from 'node:crypto';
import type { Camera } from '../camera.ts';
import type { Outbox } from '../play/outbox.ts';
import { Player, type Stage } from '../play/player.ts';
import { Authenticator, type Verdict } from './authentication.ts';
import { describe } from './description.ts';
import type { RtspRequest } from './request-reader.ts';
import type { RtspResponse } from './response.ts';
import { type Channels, formatTransport, negotiateTransport } from './transport.ts';

const METHODS = [
  ...['OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'PAUSE', 'GET_PARAMETER', 'SET_PARAMETER', 'TEARDOWN'],
] as const;

/** Where a request goes: a camera, or one of its tracks (0 video, 1 audio). */
export interface Addressed {
  readonly camera: Camera;
  readonly track: number | undefined;
}

/** One client's talk with one camera (RFC 2326): at most one session, whose packets go the same way as the answers. */
export class RtspSession {
  readonly #stage: Stage;
  readonly #camera: Camera;
  readonly #outbox: Outbox;
  readonly #authenticator: Authenticator;
  readonly #tracks = new Map<number, Channels>();
  #id: string | undefined;
  #player: Player | undefined;

  constructor(stage: Stage, camera: Camera, outbox: Outbox) {
    const { user = '', password = '', schemes, qop, nonceSeconds } = camera.options;
    this.#stage = stage;
    this.#camera = camera;
    this.#outbox = outbox;
    this.#authenticator = new Authenticator({ user, password, schemes, qop, nonceSeconds });
  }

  /** Between SETUP and TEARDOWN. */
  get isOpen(): boolean {
    return this.#id !== undefined;
  }

  get player(): Player | undefined {
    return this.#player;
  }

  answer(request: RtspRequest, track: number | undefined): RtspResponse {
    if (request.method === 'OPTIONS') return { status: 200, headers: { Public: METHODS.join(', ') } };
    const refusal = this.#refusal(request) ?? this.#unauthorised(request);
    if (refusal !== undefined) return refusal;
    const given = request.headers.get('session')?.split(';')[0];
    if (given !== undefined && given !== this.#id) return { status: 454 };
    if (request.method === 'DESCRIBE') return this.#describe(request);
    if (request.method === 'SETUP') return this.#setup(request, track);
    return this.#inSession(request, given !== undefined);
  }

  close(): void {
    this.#player?.stop();
    this.#player = undefined;
    this.#id = undefined;
    this.#tracks.clear();
  }

  /** An answer that a fault puts in the place of the right one. */
  #refusal(request: RtspRequest): RtspResponse | undefined {
    const { answer, redirect } = this.#camera.effects;
    if (answer?.methods.some((method) => method === request.method)) return { status: answer.status };
    if (redirect === undefined || request.method !== 'DESCRIBE') return undefined;
    return { status: 302, headers: { Location: redirect.to.replaceAll('{name}', this.#camera.name) } };
  }

  #unauthorised(request: RtspRequest): RtspResponse | undefined {
    const now = this.#stage.clock.monotonicMs();
    const verdict = this.#verdict(request, now);
    if (verdict === 'granted') return undefined;
    if (verdict === 'wrong') {
      this.#camera.counters.authenticationFailures++;
      this.#stage.tally.authenticationFailures++;
    }
    return { status: 401, headers: { 'WWW-Authenticate': this.#authenticator.challenges(verdict, now) } };
  }

  #verdict(request: RtspRequest, now: number): Verdict {
    if (this.#camera.effects['wrong-password'] !== undefined)
      return request.headers.has('authorization') ? 'wrong' : 'no-credentials';
    return this.#camera.options.user === undefined ? 'granted' : this.#authenticator.check(request, now);
  }

  #describe(request: RtspRequest): RtspResponse {
    const accept = request.headers.get('accept');
    if (accept !== undefined && !/application\/(sdp|\*)|\*\/\*/i.test(accept)) return { status: 406 };
    const base = `${request.url.replace(/\/$/, '')}/`;
    const { audio, control } = this.#camera.options;
    const controlBase = control === 'absolute' ? base : '';
    const body = describe({ packed: this.#camera.program.packed, audio, controlBase });
    return { status: 200, headers: { 'Content-Type': 'application/sdp', 'Content-Base': base }, body };
  }

  #setup(request: RtspRequest, track: number | undefined): RtspResponse {
    const { audio } = this.#camera.options;
    // The aggregate URL names a track only where there is but one (RFC 2326 §14.2).
    if (track === undefined && audio) return { status: 459 };
    const wanted = track ?? 0;
    if (wanted > (audio ? 1 : 0)) return { status: 404 };
    if (this.#player !== undefined) return { status: 455 };
    const channels = negotiateTransport(request.headers.get('transport') ?? '', wanted);
    if (channels === undefined) return { status: 461 };
    this.#id ??= randomBytes(8).toString('hex').toUpperCase();
    this.#tracks.set(wanted, channels);
    const ssrc = (this.#camera.ssrc + wanted) >>> 0;
    return this.#ok({ Transport: formatTransport(channels, ssrc) });
  }

  #inSession(request: RtspRequest, named: boolean): RtspResponse {
    // Without a session this is but a sign of life, and answered as one.
    if (request.method === 'GET_PARAMETER' || request.method === 'SET_PARAMETER') return this.#ok({});
    if (!named) return { status: 454 };
    if (request.method === 'PLAY') return this.#play(request);
    if (request.method === 'PAUSE') {
      this.#player?.stop();
      this.#player = undefined;
      return this.#ok({});
    }
    if (request.method !== 'TEARDOWN') return { status: 501, headers: { Allow: METHODS.join(', ') } };
    this.close();
    return { status: 200 };
  }

  #play(request: RtspRequest): RtspResponse {
    const tracks = { video: this.#tracks.get(0), audio: this.#tracks.get(1) };
    // Its first packet goes out when the timer turns next: after this answer.
    this.#player ??= new Player(this.#stage, this.#camera, this.#outbox, tracks);
    const base = request.url.replace(/\/(trackID=\d+)?$/, '');
    const info = (['video', 'audio'] as const).flatMap((kind, track) => {
      const first = this.#player?.first(kind);
      const url = `${base}/trackID=${track}`;
      return first === undefined ? [] : [`url=${url};seq=${first.sequence};rtptime=${first.timestamp}`];
    });
    return this.#ok({ Range: 'npt=now-', 'RTP-Info': info.join(',') });
  }

  #ok(headers: Readonly<Record<string, string>>): RtspResponse {
    if (this.#id === undefined) return { status: 200, headers };
    const timeout = Math.ceil(this.#camera.options.sessionTimeoutSeconds);
    return { status: 200, headers: { Session: `${this.#id};timeout=${timeout}`, ...headers } };
  }
}
