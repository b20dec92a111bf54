import { isIP } from 'node:net';

/** Where an RTSP address leads. */
export interface RtspAddress {
  /** As it stands in requests: without user and password. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** Undefined where the text is no rtsp:// or rtsps:// address. */
export function parseAddress(text: string): RtspAddress | undefined {
  const match =
    /^(rtsps?):\/\/(?:[^/@]*@)?(\[[0-9a-f:.]+\]|[^/:?#\s]+)(?::(\d{1,5}))?([/?][^\s#]*)?(?:#.*)?$/i.exec(
      text,
    );
  if (match === null) return undefined;
  const secure = match[1]!.toLowerCase() === 'rtsps';
  const port = match[3] === undefined ? (secure ? 322 : 554) : Number(match[3]);
  if (port < 1 || port > 65_535) return undefined;
  const authority = match[3] === undefined ? match[2]! : `${match[2]}:${match[3]}`;
  return {
    url: `${secure ? 'rtsps' : 'rtsp'}://${authority}${match[4] ?? '/'}`,
    host: match[2]!.replace(/^\[|\]$/g, '').toLowerCase(),
    port,
    secure,
  };
}

export function isNumeric(host: string): boolean {
  return isIP(host) !== 0;
}
