import { describe, expect, it } from 'vitest';
import { negotiateTransport } from './transport.ts';

describe('negotiateTransport', () => {
  it.each([
    ['RTP/AVP/TCP;unicast;interleaved=0-1', { rtp: 0, rtcp: 1 }],
    ['RTP/AVP/TCP;unicast;interleaved=6-9;mode="PLAY"', { rtp: 6, rtcp: 9 }],
    ['RTP/AVP/TCP;interleaved=4', { rtp: 4, rtcp: 5 }],
    ['RTP/AVP/TCP', { rtp: 2, rtcp: 3 }],
    ['RTP/AVP;unicast;client_port=5000-5001, rtp/avp/tcp;interleaved=2-3', { rtp: 2, rtcp: 3 }],
  ])('%s', (header, channels) => {
    expect(negotiateTransport(header, 1)).toEqual(channels);
  });

  it.each([
    'RTP/AVP;unicast;client_port=5000-5001',
    'RTP/AVP/UDP;unicast;client_port=5000-5001',
    'RTP/AVP/TCP;multicast;interleaved=0-1',
    'RTP/AVP/TCP;interleaved=255',
    'RTP/AVP/TCP;interleaved=300-301',
    'RTP/AVP/TCP;interleaved=3-3',
    'RTP/AVP/TCP;interleaved=x',
    'RAW/RAW/TCP',
    '',
  ])('refuses %s', (header) => {
    expect(negotiateTransport(header, 0)).toBeUndefined();
  });
});
