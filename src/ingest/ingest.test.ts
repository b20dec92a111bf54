import { describe, expect, it } from 'vitest';
import { type recipes, tinyClip } from '../../test/support/index.ts';
import { decode, impatient, puller, selfSigned, simulated } from '../../test/support/pulling.ts';
import { defaultIngestOptions } from './options.ts';

describe.concurrent('ingest, streams of every kind', () => {
  const kinds: (keyof typeof recipes)[] = [
    'plain',
    'h265',
    'bFrames',
    'h265BFrames',
    'fps5',
    'fps30',
    'slices',
    'withAudio',
  ];

  it.each(kinds)('pulls clip %s so that FFmpeg decodes every picture', async (kind) => {
    const simulator = await simulated({
      cameras: [{ name: 'a', clip: await tinyClip(kind) }],
    });
    const { pull } = puller();
    const { units, states, until } = pull(simulator.url('a'));
    await until('40 pictures', () => units.length >= 40);
    const taken = units.slice(0, 40);
    expect(states).toEqual(['connecting', 'live']);
    expect(taken[0]).toMatchObject({ keyframe: true, discontinuity: true, sequence: 0 });
    for (const [i, unit] of taken.entries()) {
      expect(unit.dts90k).toBeLessThanOrEqual(unit.pts90k);
      if (i > 0) expect(unit).toMatchObject({ discontinuity: false, sequence: i });
      if (i > 0) expect(unit.dts90k).toBeGreaterThan(taken[i - 1]!.dts90k);
      expect(unit.receivedAt - unit.capturedAt).toBeLessThan(1500);
      expect(unit.receivedAt).toBeGreaterThanOrEqual(unit.capturedAt);
    }
    const decoded = await decode(taken.filter((unit) => unit.needsPreviousGroup !== true));
    expect(decoded.complaints.replace(/.*non-existing|.*Timestamps are unset.*\n/g, '')).not.toMatch(
      /error|missing|corrupt/i,
    );
    expect(decoded.pictures).toBe(40);
  });

  it('plays a keyframe interval of ten seconds without calling it silent', async () => {
    const simulator = await simulated({
      cameras: [{ name: 'a', clip: await tinyClip('longGroups') }],
    });
    const { pull } = puller({ health: { ...impatient.health!, noKeyframesAfterMs: 15_000 } });
    const { units, states, until } = pull(simulator.url('a'));
    await until('the first keyframe', () => units.length > 30);
    expect(states).toEqual(['connecting', 'live']);
  });

  it('follows a change of resolution in mid-stream', async () => {
    const simulator = await simulated({
      cameras: [{ name: 'a', clip: await tinyClip('plain') }],
    });
    const { pull } = puller();
    const { units, until } = pull(simulator.url('a'));
    await until('pictures', () => units.length > 5);
    await simulator.fault({ fault: 'switch-clip', clip: await tinyClip('larger') });
    await until('larger pictures', () => units.at(-1)!.format.width === 640);
    const first = units.findIndex((unit) => unit.format.width === 640);
    expect(units[first]!.keyframe).toBe(true);
    expect((await decode(units.slice(first))).complaints).toBe('');
  });
});

describe.concurrent('ingest, how promptly it reads', () => {
  it('leaves a stream that is only kept in its socket, and reads it at once when asked to', async () => {
    const simulator = await simulated({
      cameras: [{ name: 'a', clip: await tinyClip() }],
    });
    const { pull } = puller({
      drain: { ...defaultIngestOptions.drain, keptBytes: 1e6, keptFirstMs: 1000, keptMostMs: 1000 },
    });
    const { units, until, stream } = pull(simulator.url('a'), undefined, 'kept');
    await until('pictures', () => units.length > 40);
    const reads = new Set(units.slice(5).map((unit) => unit.receivedAt));
    expect(units.length / reads.size).toBeGreaterThan(5);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const before = units.length;
    stream.demand('prompt');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(units.length).toBeGreaterThan(before);
    const promptly = units.length;
    await until('more', () => units.length > promptly + 20);
    const promptReads = new Set(units.slice(promptly).map((unit) => unit.receivedAt));
    expect(promptReads.size).toBeGreaterThan(15);
  });
});

describe.concurrent('ingest over TLS', () => {
  it('pulls rtsps, lazily as well, and minds the certificate only where told', async () => {
    const { key, certificate: cert } = await selfSigned();
    const simulator = await simulated({
      tls: { key, cert },
      cameras: [{ name: 'a', clip: await tinyClip() }],
    });
    const { pull } = puller();
    const { units, until } = pull(simulator.url('a'), undefined, 'kept');
    await until('pictures', () => units.length > 30);
    const strict = puller({ verifyCertificates: true }).pull(simulator.url('a'));
    await strict.until('unreachable', () => strict.states.includes('unreachable'));
    expect(strict.reasons.at(-1)).toMatch(/SELF_SIGNED/);
  });
});
