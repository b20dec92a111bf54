import net from 'node:net';
import tls from 'node:tls';
import { asNgatuError, type Lifetime, type NgatuError } from '#base';
import { cameraFailure } from '../failure.ts';
import type { Patience } from '../patience.ts';
import type { RtspAddress } from './address.ts';
import { InterleavedFraming } from './framing.ts';
import { formatRequest, header, type RtspMessage, type RtspRequest, type RtspResponse } from './message.ts';

export interface ConnectionOptions {
  readonly address: RtspAddress;
  /** Numeric address of `address.host`. */
  readonly ip: string;
  readonly patience: Patience;
  /** What is read lands here; all connections of a process share it. */
  readonly readBuffer: Buffer;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  /** `rejectUnauthorized` of rtsps: cameras mostly sign their own certificates. */
  readonly verifyCertificate: boolean;
  /** So many bytes were read; their packets follow. */
  readonly read: (bytes: number) => void;
  /** One interleaved packet; the buffer is reused when the call returns. */
  readonly packet: (channel: number, buffer: Buffer, start: number, end: number) => void;
  /** Called once, when the connection is over for whatever reason but `close`. */
  readonly ended: (reason: NgatuError) => void;
}

type Headers = readonly (readonly [string, string])[];

interface Waiting {
  readonly answer: (response: RtspResponse) => void;
  readonly fail: (reason: NgatuError) => void;
  readonly late: Lifetime;
}

/** Requests of ours that may be unanswered at a time; a camera that answers nothing must not make us hold more. */
const MAX_WAITING = 8;
const USER_AGENT = 'Ngatu';

/** One TCP or TLS connection that speaks RTSP/1.0: requests and answers, and packets in between (RFC 2326 §10.12). */
export class RtspConnection {
  readonly #options: ConnectionOptions;
  readonly #socket: net.Socket;
  readonly #framing: InterleavedFraming;
  readonly #waiting = new Map<number, Waiting>();
  #sequence = 0;
  #over: NgatuError | undefined;
  #flowing = true;
  #connected = false;

  /** Dials; what is asked meanwhile is sent when connected. */
  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#framing = new InterleavedFraming({
      packet: options.packet,
      message: (message) => this.#message(message),
    });
    this.#socket = this.#dial();
    this.#socket.setNoDelay(true);
    this.#watchDial();
    this.#socket.on('error', (error: NodeJS.ErrnoException) =>
      this.fail(dialFailure(options.address, error, this.#connected)),
    );
    this.#socket.on('close', () => this.fail(cameraFailure('refused', 'the camera closed the connection')));
  }

  /**
   * The answer, whatever its status. Rejects when the connection ends before, or when the answer takes too long: that ends
   * the connection too, unless `optional`.
   */
  request(method: string, url: string, headers: Headers, optional = false): Promise<RtspResponse> {
    if (this.#over !== undefined) return Promise.reject(this.#over);
    if (this.#waiting.size >= MAX_WAITING)
      this.fail(cameraFailure('silent', 'the camera answers no requests'));
    const sequence = ++this.#sequence;
    const { answerTimeoutMs, patience } = this.#options;
    const all = [['CSeq', String(sequence)], ['User-Agent', USER_AGENT], ...headers] as const;
    return new Promise((answer, fail) => {
      const late = patience.after(answerTimeoutMs, () => {
        const reason = cameraFailure('silent', `no answer to ${method} within ${answerTimeoutMs / 1000} s`);
        this.#waiting.delete(sequence);
        fail(reason);
        if (!optional) this.fail(reason);
      });
      this.#waiting.set(sequence, { answer, fail, late });
      this.#socket.write(formatRequest(method, url, all), 'latin1');
    });
  }

  /** Reads as bytes come. */
  flow(): void {
    this.#flowing = true;
    this.#socket.resume();
  }

  /** From now on reads once and stops: what comes waits in the kernel until `drain`. */
  hold(): void {
    this.#flowing = false;
  }

  /** Reads what waits, once. */
  drain(): void {
    this.#socket.resume();
  }

  /** Ends the connection for a reason; the first reason counts. */
  fail(reason: NgatuError): void {
    if (this.#over !== undefined) return;
    this.#finish(reason);
    this.#options.ended(reason);
  }

  /** Says goodbye where `teardown` tells how, and ends without a word to `ended`. */
  close(teardown?: { readonly url: string; readonly headers: Headers }): void {
    if (this.#over !== undefined) return;
    if (teardown !== undefined && this.#connected)
      this.#socket.write(
        formatRequest('TEARDOWN', teardown.url, [['CSeq', String(++this.#sequence)], ...teardown.headers]),
        'latin1',
      );
    this.#finish(cameraFailure('refused', 'closed by this program'));
  }

  #finish(reason: NgatuError): void {
    this.#over = reason;
    this.#framing.stop();
    for (const waiting of this.#waiting.values()) {
      void waiting.late.close();
      waiting.fail(reason);
    }
    this.#waiting.clear();
    if (this.#socket.writableLength > 0 && this.#connected) this.#socket.destroySoon();
    else this.#socket.destroy();
  }

  #dial(): net.Socket {
    const { address, ip, readBuffer, verifyCertificate } = this.#options;
    const onread = {
      buffer: readBuffer,
      callback: (length: number, buffer: Uint8Array) => this.#read(length, buffer),
    };
    if (!address.secure) return net.connect({ host: ip, port: address.port, onread });
    const name = ip === address.host ? {} : { servername: address.host };
    const options = { host: ip, port: address.port, rejectUnauthorized: verifyCertificate, ...name, onread };
    return tls.connect(options);
  }

  #watchDial(): void {
    const { address, connectTimeoutMs, patience } = this.#options;
    const late = patience.after(connectTimeoutMs, () =>
      this.fail(cameraFailure('unreachable', `${address.host}:${address.port} does not answer`)),
    );
    this.#socket.once(address.secure ? 'secureConnect' : 'connect', () => {
      this.#connected = true;
      late.close();
    });
    this.#socket.once('close', () => void late.close());
  }

  #read(length: number, buffer: Uint8Array): boolean {
    this.#options.read(length);
    this.#framing.push(buffer as Buffer, length);
    const problem = this.#framing.problem;
    if (problem !== undefined) this.fail(cameraFailure('refused', `not RTSP: ${problem}`));
    return this.#flowing || length === buffer.length;
  }

  #message(message: RtspMessage): void {
    if (message.kind === 'request') {
      this.#answer(message);
      return;
    }
    const sequence = this.#sequenceOf(message);
    const waiting = this.#waiting.get(sequence);
    if (waiting === undefined || message.status < 200) return;
    this.#waiting.delete(sequence);
    void waiting.late.close();
    waiting.answer(message);
  }

  /** Some cameras leave CSeq out of their answers: those belong to the oldest request. */
  #sequenceOf(response: RtspResponse): number {
    const text = header(response.headers, 'cseq');
    if (text !== undefined) return Number.parseInt(text, 10);
    return this.#waiting.keys().next().value ?? -1;
  }

  /** Servers may ask whether we are there (RFC 2326 §10.8); anything else is not for us. */
  #answer(request: RtspRequest): void {
    const known = ['OPTIONS', 'GET_PARAMETER', 'SET_PARAMETER'].includes(request.method);
    const sequence = header(request.headers, 'cseq')?.slice(0, 20);
    if (sequence === undefined || this.#socket.writableLength > 64 * 1024) return;
    this.#socket.write(
      `RTSP/1.0 ${known ? '200 OK' : '501 Not Implemented'}\r\nCSeq: ${sequence}\r\n\r\n`,
      'latin1',
    );
  }
}

function dialFailure(address: RtspAddress, error: NodeJS.ErrnoException, connected: boolean): NgatuError {
  const where = `${address.host}:${address.port}`;
  if (connected)
    return cameraFailure(
      'refused',
      `the connection to ${where} broke: ${error.code ?? error.message}`,
      error,
    );
  const why =
    error.code === 'ECONNREFUSED'
      ? 'refuses connections'
      : `cannot be reached: ${error.code ?? error.message}`;
  return cameraFailure('unreachable', `${where} ${why}`, asNgatuError(error));
}
