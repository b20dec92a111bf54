import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Incoming, RequestReader } from './request-reader.ts';

const describeRequest = 'DESCRIBE rtsp://h/a RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\n\r\n';
const withBody = 'SET_PARAMETER rtsp://h/a RTSP/1.0\r\nCSeq: 3\r\nContent-Length: 5\r\n\r\nhello';
const receiverReport = '$\x01\x00\x04abcd';

describe('RequestReader', () => {
  it('reads requests and interleaved packets in order, however the bytes are cut', () => {
    const all = Buffer.from(`${describeRequest}${receiverReport}\r\n${withBody}${describeRequest}`, 'latin1');
    const whole = new RequestReader().push(all);
    expect(
      whole.map((incoming) => (incoming.kind === 'request' ? incoming.request.cseq : incoming.kind)),
    ).toEqual(['2', 'interleaved', '3', '2']);
    fc.assert(
      fc.property(fc.array(fc.nat(all.length), { maxLength: 12 }), (cuts) => {
        const ends = [0, ...cuts.sort((a, b) => a - b), all.length];
        const reader = new RequestReader();
        const found = ends.slice(1).flatMap((end, nth) => reader.push(all.subarray(ends[nth], end)));
        expect(found).toEqual(whole);
      }),
    );
  });

  it('knows header names in any case and the last of a repeated header', () => {
    const [found] = new RequestReader().push(
      Buffer.from('PLAY rtsp://h/a RTSP/1.0\r\ncseq: 1\r\nSESSION:  x  \r\nSession: y\r\n\r\n'),
    );
    expect(found?.kind === 'request' && found.request.headers.get('session')).toBe('y');
  });

  it.each([
    ['no request line', 'hello\r\n\r\n'],
    ['another protocol', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a header without a colon', 'OPTIONS * RTSP/1.0\r\nCSeq 1\r\n\r\n'],
    ['a folded header', 'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n more\r\n\r\n'],
    ['a body too long', 'OPTIONS * RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n'],
    ['a negative body', 'OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n'],
    ['a head without end', `OPTIONS * RTSP/1.0\r\nX: ${'y'.repeat(17_000)}`],
  ])('gives up on %s and stays silent', (_, text) => {
    const reader = new RequestReader();
    expect(reader.push(Buffer.from(text)).map(({ kind }) => kind)).toEqual(['malformed']);
    expect(reader.push(Buffer.from(describeRequest))).toEqual([]);
  });

  it('survives anything', () => {
    const pieces = fc.oneof(
      fc.constantFrom(
        describeRequest,
        withBody,
        receiverReport,
        '\r\n',
        '$',
        ' RTSP/1.0',
        'Content-Length: ',
        '\0',
      ),
      fc.string({ maxLength: 40 }),
    );
    const mutated = fc.tuple(fc.array(pieces, { maxLength: 12 }), fc.array(fc.tuple(fc.nat(), fc.nat(255))));
    fc.assert(
      fc.property(mutated, ([list, changes]) => {
        const bytes = Buffer.from(list.join(''), 'latin1');
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        const reader = new RequestReader();
        const found: Incoming[] = [];
        for (let at = 0; at < bytes.length; at += 7) found.push(...reader.push(bytes.subarray(at, at + 7)));
        const broken = found.findIndex(({ kind }) => kind === 'malformed');
        expect(broken === -1 || broken === found.length - 1).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
