import { describe, expect, it } from 'vitest';
import { parseAddress } from './address.ts';
import { controlUrls } from './control-url.ts';
import { chooseVideo } from './session-description.ts';

const description = (...lines: string[]) => ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=x', ...lines].join('\r\n');

describe('chooseVideo', () => {
  it('takes the video and its parameter sets, not the audio before it', () => {
    const choice = chooseVideo(
      description(
        'a=control:*',
        'm=audio 0 RTP/AVP 8',
        'a=control:track1',
        'm=video 0 RTP/AVP 96',
        'a=rtpmap:96 H264/90000',
        'a=fmtp:96 packetization-mode=1; profile-level-id=42c00c; sprop-parameter-sets=Z0LADA==,aM4=',
        'a=control:track2',
      ),
    );
    expect(choice).toMatchObject({
      ok: true,
      track: { codec: 'h264', payloadType: 96, control: 'track2', sessionControl: '*' },
    });
    expect(choice.ok && choice.track.parameterSets.map((nal) => nal.toString('hex'))).toEqual([
      '6742c00c',
      '68ce',
    ]);
  });

  it('takes H.265 with its three kinds of parameter sets', () => {
    const choice = chooseVideo(
      description(
        'm=video 0 RTP/AVP 97',
        'a=rtpmap:97 H265/90000',
        'a=fmtp:97 sprop-vps=QAE=; sprop-sps=QgE=;sprop-pps=RAE=',
      ),
    );
    expect(choice.ok && choice.track.parameterSets.map((nal) => nal[0])).toEqual([0x40, 0x42, 0x44]);
  });

  it('takes the second video where the first is something else', () => {
    const choice = chooseVideo(
      description('m=video 0 RTP/AVP 26', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:two'),
    );
    expect(choice).toMatchObject({ ok: true, track: { control: 'two' } });
  });

  it.each([
    [['m=audio 0 RTP/AVP 8'], /no video/],
    [['m=video 0 RTP/AVP 32'], /MPV/],
    [['m=video 0 RTP/AVP 98', 'a=rtpmap:98 VP8/90000'], /VP8/],
    [['m=video 0 RTP/SAVP 96', 'a=rtpmap:96 H264/90000'], /SAVP/],
    [['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=2'], /interleaved/],
    [['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H265/90000', 'a=fmtp:96 sprop-max-don-diff=2'], /interleaved/],
    [['nonsense'], /no video/],
    [['m=video 0 RTP/AVP'], /without a format/],
  ])('says by name what it cannot play: %j', (lines, problem) => {
    const choice = chooseVideo(description(...lines));
    expect(!choice.ok && choice.problem).toMatch(problem);
  });
});

describe('controlUrls', () => {
  it.each([
    ['rtsp://h/s/', 'track1', 'rtsp://h/s/track1'],
    ['rtsp://h/s', 'track1', 'rtsp://h/s/track1'],
    ['rtsp://h/s?channel=1', 'track1', 'rtsp://h/s?channel=1/track1'],
    ['rtsp://h/s', 'rtsp://other/t', 'rtsp://other/t'],
    ['rtsp://h/s', '*', 'rtsp://h/s'],
    ['rtsp://h/s', undefined, 'rtsp://h/s'],
  ])('%s and %s make %s', (base, control, track) => {
    expect(controlUrls(base, control, undefined)).toEqual({ track, aggregate: base });
  });
});

describe('parseAddress', () => {
  it.each([
    [
      'rtsp://10.1.2.3/ch1?x=1&y=a/b',
      { host: '10.1.2.3', port: 554, secure: false, url: 'rtsp://10.1.2.3/ch1?x=1&y=a/b' },
    ],
    [
      'RTSPS://Cam.example:7441',
      { host: 'cam.example', port: 7441, secure: true, url: 'rtsps://Cam.example:7441/' },
    ],
    [
      'rtsp://[fe80::1]:8554/a',
      { host: 'fe80::1', port: 8554, secure: false, url: 'rtsp://[fe80::1]:8554/a' },
    ],
    ['rtsp://user:secret@host/a', { host: 'host', port: 554, secure: false, url: 'rtsp://host/a' }],
  ])('reads %s', (text, address) => expect(parseAddress(text)).toEqual(address));

  it.each(['http://host/', 'rtsp://', 'rtsp://host:99999/', 'rtsp://ho st/', 'rtsp://host/a b', ''])(
    'does not read %j',
    (text) => expect(parseAddress(text)).toBeUndefined(),
  );
});
