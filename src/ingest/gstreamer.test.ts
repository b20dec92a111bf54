import { describe, expect, it } from 'vitest';
import { gstreamerCamera, gstreamerMissing, tinyClip } from '../../test/support/index.ts';
import { decode, puller, selfSigned, untilTheEnd } from '../../test/support/pulling.ts';

describe.skipIf(gstreamerMissing()).concurrent("ingest, GStreamer's server as a camera", () => {
  it.each(['h264', 'h265'] as const)(
    'pulls %s with a digest, survives its death and return',
    async (codec) => {
      const camera = await gstreamerCamera({ mounts: [{ codec }], user: 'admin', password: 'secret' });
      const { pull } = puller();
      const { units, states, until } = pull(camera.url(), { user: 'admin', password: 'secret' });
      await until('pictures', () => units.length >= 40);
      expect((await decode(units.slice(0, 40))).pictures).toBe(40);
      await camera.kill();
      await until('unreachable', () => states.at(-1) === 'unreachable');
      const { port } = camera;
      untilTheEnd(await gstreamerCamera({ mounts: [{ codec }], user: 'admin', password: 'secret', port }));
      await until('live again', () => states.at(-1) === 'live');
      expect(states).toEqual(['connecting', 'live', 'connecting', 'unreachable', 'live']);
    },
  );

  it('plays B-frames from it', async () => {
    const clip = await tinyClip('bFrames');
    const camera = untilTheEnd(await gstreamerCamera({ mounts: [{ clip }] }));
    const { units, until } = puller().pull(camera.url());
    await until('pictures', () => units.length >= 40);
    const taken = units.slice(0, 40);
    expect(taken.some((unit) => unit.pts90k !== unit.dts90k)).toBe(true);
    expect(await decode(taken)).toEqual({ pictures: 40, complaints: '' });
  });

  it('refuses its motion JPEG by name', async () => {
    const camera = untilTheEnd(
      await gstreamerCamera({ mounts: [{ codec: 'mjpeg', clip: await tinyClip('mjpeg') }] }),
    );
    const { states, reasons, until } = puller().pull(camera.url());
    await until('unsupported', () => states.includes('unsupported'));
    expect(reasons.at(-1)).toMatch(/JPEG, not H.264 or H.265/);
  });

  it.each(['basic', 'digest'] as const)('proves itself by %s over TLS', async (authentication) => {
    const { key, certificate } = await selfSigned();
    const account = { user: 'admin', password: 'p@ss!^w' };
    const camera = untilTheEnd(
      await gstreamerCamera({ ...account, authentication, certificate: key + certificate }),
    );
    const { states, until } = puller().pull(camera.url(), account, 'kept');
    await until('live', () => states.includes('live'));
  });
});
