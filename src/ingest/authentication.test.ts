import { describe, expect, it } from 'vitest';
import { tinyClip } from '../../test/support/index.ts';
import { puller, simulated } from '../../test/support/pulling.ts';

describe.concurrent('ingest, cameras that ask who is there', () => {
  const credentials = { user: 'admin', password: 'p@ss!^:w' };

  it.each([
    [['basic'], false],
    [['digest-md5'], false],
    [['digest-md5', 'basic'], true],
    [['digest-sha-256'], true],
  ] as const)('proves itself by %j, quality of protection %s', async (schemes, qop) => {
    const clip = await tinyClip();
    const simulator = await simulated({
      cameras: [{ name: 'a', clip, ...credentials, schemes: [...schemes], qop }],
    });
    const { pull } = puller();
    const { states, until } = pull(simulator.url('a'), credentials);
    await until('live', () => states.includes('live'));
    expect(simulator.camera('a').authenticationFailures).toBe(0);
  });

  it('does not hammer a camera with a wrong password, and never shows it', async () => {
    const simulator = await simulated({ cameras: [{ name: 'a', clip: await tinyClip(), ...credentials }] });
    const { pull } = puller();
    const { states, reasons, until, stream } = pull(simulator.url('a'), {
      user: 'admin',
      password: 'wrong-secret',
    });
    await until('unauthorised', () => states.includes('unauthorised'));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(stream.stats().dials).toBe(1);
    expect(simulator.camera('a').authenticationFailures).toBe(1);
    expect(reasons.join()).toMatch(/user admin/);
    expect(reasons.join()).not.toMatch(/wrong-secret/);
  });

  it('says that credentials are missing', async () => {
    const simulator = await simulated({ cameras: [{ name: 'a', clip: await tinyClip(), ...credentials }] });
    const { pull } = puller();
    const { reasons, until, states } = pull(simulator.url('a'));
    await until('unauthorised', () => states.includes('unauthorised'));
    expect(reasons.at(-1)).toMatch(/none are configured/);
  });

  it('stays connected when its nonce runs out', async () => {
    const clip = await tinyClip();
    const simulator = await simulated({
      cameras: [
        {
          name: 'a',
          clip,
          ...credentials,
          nonceSeconds: 0.5,
          sessionTimeoutSeconds: 5,
        },
      ],
    });
    const { pull } = puller();
    const { states, until, units } = pull(simulator.url('a'), credentials);
    await until('live', () => states.includes('live'));
    await until('seven seconds of pictures', () => units.length > 7 * 15);
    expect(states).toEqual(['connecting', 'live']);
    expect(simulator.camera('a').sessionsTimedOut).toBe(0);
  });
});
