/** What a client's bytes mean: an RTSP request (RFC 2326 §6), an interleaved packet (§10.12), or nothing that can be understood. */
export type Incoming =
  | { readonly kind: 'request'; readonly request: RtspRequest }
  | { readonly kind: 'interleaved'; readonly channel: number }
  | { readonly kind: 'malformed'; readonly why: string };

export interface RtspRequest {
  readonly method: string;
  readonly url: string;
  /** Empty if the request has none. */
  readonly cseq: string;
  /** Names in small letters; of a repeated header the last. */
  readonly headers: ReadonlyMap<string, string>;
}

const LARGEST_HEAD = 16 * 1024;
const LARGEST_BODY = 64 * 1024;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const DOLLAR = 0x24;

/** Takes bytes as they come. After `malformed` there is no telling where the next request begins: it stays silent. */
export class RequestReader {
  #rest: Buffer = Buffer.alloc(0);
  #broken = false;

  push(chunk: Buffer): Incoming[] {
    const found: Incoming[] = [];
    let left = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (!this.#broken) {
      const step = next(left);
      if (step === undefined) break;
      left = left.subarray(step.length);
      if (step.incoming !== undefined) found.push(step.incoming);
      this.#broken = step.incoming?.kind === 'malformed';
    }
    // A copy, so that a few bytes do not keep a whole chunk alive.
    this.#rest = this.#broken ? Buffer.alloc(0) : Buffer.from(left);
    return found;
  }
}

interface Step {
  readonly length: number;
  readonly incoming?: Incoming;
}

function next(bytes: Buffer): Step | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes[0] === DOLLAR) return interleaved(bytes);
  // Blank lines between requests are allowed (RFC 2616 §4.1).
  if (bytes[0] === 0x0d || bytes[0] === 0x0a) return { length: 1 };
  const end = bytes.subarray(0, LARGEST_HEAD).indexOf(END_OF_HEAD);
  if (end >= 0) return request(bytes, end);
  return bytes.length < LARGEST_HEAD ? undefined : malformed(`a head of more than ${LARGEST_HEAD} bytes`);
}

function interleaved(bytes: Buffer): Step | undefined {
  if (bytes.length < 4) return undefined;
  const length = 4 + bytes.readUInt16BE(2);
  if (bytes.length < length) return undefined;
  return { length, incoming: { kind: 'interleaved', channel: bytes[1]! } };
}

function request(bytes: Buffer, end: number): Step | undefined {
  const lines = bytes.toString('utf8', 0, end).split('\r\n');
  const start = /^([A-Z_]{1,32}) (\S{1,2048}) RTSP\/1\.\d$/.exec(lines[0]!);
  if (start === null) return malformed('the first line is no RTSP/1.0 request line');
  const headers = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const field = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line);
    if (field === null) return malformed('a header line without a name and a colon');
    headers.set(field[1]!.toLowerCase(), field[2]!);
  }
  const bodyLength = headers.get('content-length') ?? '0';
  if (!/^\d{1,9}$/.test(bodyLength) || Number(bodyLength) > LARGEST_BODY)
    return malformed(`a body of more than ${LARGEST_BODY} bytes`);
  // No request that this server knows needs its body.
  const length = end + END_OF_HEAD.length + Number(bodyLength);
  if (bytes.length < length) return undefined;
  const parsed = { method: start[1]!, url: start[2]!, cseq: headers.get('cseq') ?? '', headers };
  return { length, incoming: { kind: 'request', request: parsed } };
}

function malformed(why: string): Step {
  return { length: 0, incoming: { kind: 'malformed', why } };
}
