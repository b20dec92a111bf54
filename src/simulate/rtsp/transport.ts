/** The two channels of a track inside the RTSP connection (RFC 2326 §10.12). */
export interface Channels {
  readonly rtp: number;
  readonly rtcp: number;
}

/** The channels a client asks for, the next free ones where it names none; undefined if it offers no RTP over TCP. */
export function negotiateTransport(header: string, track: number): Channels | undefined {
  for (const offer of header.split(',')) {
    const [protocol, ...parameters] = offer.split(';').map((part) => part.trim());
    if (!/^RTP\/AVP\/TCP$/i.test(protocol ?? '') || parameters.includes('multicast')) continue;
    const asked = parameters.find((parameter) => /^interleaved=/i.test(parameter));
    if (asked === undefined) return { rtp: track * 2, rtcp: track * 2 + 1 };
    const [, first, second] = /^interleaved=(\d{1,3})(?:-(\d{1,3}))?$/i.exec(asked) ?? [];
    const rtp = Number(first);
    const rtcp = second === undefined ? rtp + 1 : Number(second);
    if (first !== undefined && rtp <= 255 && rtcp <= 255 && rtp !== rtcp) return { rtp, rtcp };
  }
  return undefined;
}

export function formatTransport(channels: Channels, ssrc: number): string {
  const hex = ssrc.toString(16).toUpperCase().padStart(8, '0');
  return `RTP/AVP/TCP;unicast;interleaved=${channels.rtp}-${channels.rtcp};ssrc=${hex};mode="PLAY"`;
}
