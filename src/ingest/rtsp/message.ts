/** Header fields by lower-case name, in the order they came. */
export type RtspHeaders = ReadonlyMap<string, readonly string[]>;

export interface RtspResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly phrase: string;
  readonly headers: RtspHeaders;
  readonly body: string;
}

export interface RtspRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly headers: RtspHeaders;
  readonly body: string;
}

export type RtspMessage = RtspResponse | RtspRequest;

/** A message's start line and headers; the body is put in when it has come. */
export type RtspHead = Omit<RtspResponse, 'body'> | Omit<RtspRequest, 'body'>;

const STATUS_LINE = /^RTSP\/1\.\d +(\d{3})(?: +(.*))?$/;
const REQUEST_LINE = /^([A-Z_]{3,20}) +\S+ +RTSP\/1\.\d$/;
const MAX_HEADERS = 100;

/** The text up to the empty line (RFC 2326 §4, §6, §7); undefined where its first line is neither a status nor a request. */
export function parseHead(text: string): RtspHead | undefined {
  const lines = text.split(/\r?\n/);
  const headers = parseHeaders(lines.slice(1, MAX_HEADERS + 1));
  const status = STATUS_LINE.exec(lines[0]!);
  if (status !== null)
    return { kind: 'response', status: Number(status[1]), phrase: status[2] ?? '', headers };
  const request = REQUEST_LINE.exec(lines[0]!);
  return request === null ? undefined : { kind: 'request', method: request[1]!, headers };
}

/** The first value of a header. */
export function header(headers: RtspHeaders, name: string): string | undefined {
  return headers.get(name)?.[0];
}

/** Bytes of the body that follows: 0 where the header is absent, undefined where it is nonsense. */
export function contentLength(headers: RtspHeaders): number | undefined {
  const text = header(headers, 'content-length');
  if (text === undefined) return 0;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** A request as it goes on the wire. */
export function formatRequest(
  method: string,
  url: string,
  headers: readonly (readonly [string, string])[],
): string {
  return `${method} ${url} RTSP/1.0\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

function parseHeaders(lines: readonly string[]): RtspHeaders {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const known = headers.get(name);
    if (known === undefined) headers.set(name, [value]);
    else known.push(value);
  }
  return headers;
}
