import type { Credentials } from '#camera';
import { cameraFailure } from '../failure.ts';
import { Authorization, strongestChallenge } from './authorization.ts';
import type { RtspConnection } from './connection.ts';
import type { RtspResponse } from './message.ts';

type Headers = readonly (readonly [string, string])[];

/** A nonce may run out between two requests, so a refused proof is made anew, but never more often than this. */
const MAX_TRIES = 3;

/** Requests on one connection, with the proof of who we are and the session added where they are known. */
export class RtspDialogue {
  readonly #connection: RtspConnection;
  readonly #credentials: Credentials | undefined;
  #authorization: Authorization | undefined;
  /** Value of the Session header, once SETUP has given it. */
  session: string | undefined;

  constructor(connection: RtspConnection, credentials: Credentials | undefined) {
    this.#connection = connection;
    this.#credentials = credentials;
  }

  /** The answer to `method`; never 401, which is a failure here. `optional`: see the connection's `request`. */
  async request(method: string, url: string, headers: Headers = [], optional = false): Promise<RtspResponse> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const all = [...headers, ...this.headersFor(method, url)];
      const answer = await this.#connection.request(method, url, all, optional);
      if (answer.status !== 401) return answer;
      this.#takeChallenge(answer, tries > 0);
    }
    throw cameraFailure('unauthorised', 'the camera asks for the password again and again');
  }

  /** Session and Authorization, for a request that is sent without waiting for its answer. */
  headersFor(method: string, url: string): [string, string][] {
    const headers: [string, string][] = [];
    if (this.session !== undefined) headers.push(['Session', this.session]);
    if (this.#authorization !== undefined)
      headers.push(['Authorization', this.#authorization.header(method, url)]);
    return headers;
  }

  /** Prepares the next try. `proved`: the proof was made for the challenge just before, so the password is wrong. */
  #takeChallenge(answer: RtspResponse, proved: boolean): void {
    if (this.#credentials === undefined)
      throw cameraFailure(
        'unauthorised',
        'the camera asks for a user and a password, and none are configured',
      );
    const values = answer.headers.get('www-authenticate') ?? [];
    const challenge = strongestChallenge(values);
    if (challenge === undefined)
      throw cameraFailure('unauthorised', 'the camera asks for a proof that this program cannot give');
    if (proved && !/\bstale\s*=\s*"?true/i.test(values.join(' ')))
      throw cameraFailure(
        'unauthorised',
        `the camera does not accept the password of user ${this.#credentials.user}`,
      );
    this.#authorization = new Authorization(challenge, this.#credentials);
  }
}
