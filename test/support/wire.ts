import { connect, type Socket } from 'node:net';

/** A packet as it stood on the wire. */
interface WirePacket {
  readonly channel: number;
  /** Everything behind the four bytes of interleaving. */
  readonly bytes: Buffer;
  /** Epoch milliseconds of its arrival. */
  readonly at: number;
}

export interface RtpFields {
  readonly marker: boolean;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
}

interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A naked RTSP connection for tests: says what it is told and keeps what comes, without judging it. */
export interface Wire {
  readonly socket: Socket;
  readonly packets: WirePacket[];
  /** Where the interleaving could not be followed. */
  readonly framingErrors: number;
  readonly bytes: number;
  /** Rejects if the connection ends first. `path` is appended to the URL that was dialled, unless it is absolute. */
  request(method: string, path?: string, headers?: Readonly<Record<string, string>>): Promise<WireAnswer>;
  /** DESCRIBE, SETUP of the tracks and PLAY. Throws at the first answer but 200. */
  play(tracks?: readonly number[]): Promise<WireAnswer>;
  /** RTP of one channel, so far. */
  rtp(channel?: number): RtpFields[];
  until(condition: () => boolean, timeoutMs?: number): Promise<void>;
  /** How it ended. */
  readonly ended: Promise<'fin' | 'reset'>;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: Error) => void;
}

export async function dialWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const waiting = new Map<string, Waiting>();
  const packets: WirePacket[] = [];
  let [rest, bytes, framingErrors, sequence] = [Buffer.alloc(0) as Buffer, 0, 0, 0];
  let session: string | undefined;
  let reset = false;
  socket.on('error', () => {
    reset = true;
  });
  const ended = new Promise<'fin' | 'reset'>((resolve) => {
    socket.once('close', () => {
      for (const { reject } of waiting.values())
        reject(new Error(`connection ended: ${reset ? 'reset' : 'fin'}`));
      resolve(reset ? 'reset' : 'fin');
    });
  });
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    rest = Buffer.concat([rest, chunk]);
    for (let read = next(rest); read !== undefined; read = next(rest)) {
      rest = rest.subarray(read.length);
      if (read.packet !== undefined) packets.push(read.packet);
      else if (read.answer !== undefined) waiting.get(read.answer.headers.cseq ?? '')?.resolve(read.answer);
      else framingErrors++;
    }
  });
  const request: Wire['request'] = (method, path = '', headers = {}) => {
    const target = /^rtsps?:|^\*$/.test(path) ? path : url + path;
    const all = {
      CSeq: String(++sequence),
      ...(session === undefined ? {} : { Session: session }),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`${method} ${target} RTSP/1.0\r\n${lines.join('')}\r\n`);
    return new Promise((resolve, reject) => waiting.set(all.CSeq, { resolve, reject }));
  };
  const expected = async (asked: Promise<WireAnswer>): Promise<WireAnswer> => {
    const answer = await asked;
    if (answer.status !== 200) throw new Error(`200 expected, got ${answer.status}`);
    return answer;
  };
  return {
    socket,
    packets,
    request,
    ended,
    get bytes() {
      return bytes;
    },
    get framingErrors() {
      return framingErrors;
    },
    async play(tracks = [0]) {
      await expected(request('DESCRIBE', '', { Accept: 'application/sdp' }));
      for (const track of tracks) {
        const Transport = `RTP/AVP/TCP;unicast;interleaved=${track * 2}-${track * 2 + 1}`;
        const answer = await expected(request('SETUP', `/trackID=${track}`, { Transport }));
        session = answer.headers.session?.split(';')[0];
      }
      return expected(request('PLAY'));
    },
    rtp: (channel = 0) =>
      packets.filter((packet) => packet.channel === channel).map(({ bytes: of }) => parseRtp(of)),
    async until(condition, timeoutMs = 10_000) {
      const deadline = performance.now() + timeoutMs;
      while (!condition()) {
        if (performance.now() > deadline)
          throw new Error(`${condition} did not come true in ${timeoutMs} ms`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    close: () => void socket.destroy(),
  };
}

function next(
  bytes: Buffer,
): { readonly length: number; readonly packet?: WirePacket; readonly answer?: WireAnswer } | undefined {
  if (bytes.length < 4) return undefined;
  if (bytes[0] === 0x24) {
    const length = 4 + bytes.readUInt16BE(2);
    if (bytes.length < length) return undefined;
    const at = performance.timeOrigin + performance.now();
    return { length, packet: { channel: bytes[1]!, bytes: Buffer.from(bytes.subarray(4, length)), at } };
  }
  if (bytes.toString('latin1', 0, 4) !== 'RTSP') return { length: 1 };
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  const length = end + 4 + Number(headers['content-length'] ?? 0);
  if (bytes.length < length) return undefined;
  const body = bytes.toString('utf8', end + 4, length);
  return { length, answer: { status: Number(first.split(' ')[1]), headers, body } };
}

/** Of a packet without CSRC list and extension. */
export function parseRtp(bytes: Buffer): RtpFields {
  return {
    marker: (bytes[1]! & 0x80) !== 0,
    payloadType: bytes[1]! & 0x7f,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    payload: bytes.subarray(12),
  };
}
