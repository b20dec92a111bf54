import { describe, expect, it } from 'vitest';
import { defaultIngestOptions } from './options.ts';
import { StreamHealth, type StreamSigns } from './stream-health.ts';

describe('stream health', () => {
  const limits = defaultIngestOptions.health;

  /** Looks twice a second for so long, with so many packets, keyframes and losses a second. */
  function watch() {
    let signs: StreamSigns = {
      packets: 0,
      packetsLost: 0,
      picturesDamaged: 0,
      keyframes: 0,
      clockOffsetMs: undefined,
      problem: undefined,
    };
    let nowMs = 0;
    const health = new StreamHealth(limits, 0, signs);
    const verdicts: string[] = [];
    return {
      verdicts,
      live(
        seconds: number,
        keyframeEverySeconds: number,
        more: { lost?: number; offsetMs?: number; packets?: number } = {},
      ) {
        for (const until = nowMs + seconds * 1000; nowMs < until; ) {
          nowMs += 500;
          const keyframe = keyframeEverySeconds > 0 && nowMs % (keyframeEverySeconds * 1000) === 0;
          signs = {
            ...signs,
            packets: signs.packets + (more.packets ?? 20),
            packetsLost: signs.packetsLost + (more.lost ?? 0),
            keyframes: signs.keyframes + (keyframe ? 1 : 0),
            clockOffsetMs: more.offsetMs,
          };
          const verdict = health.check(nowMs, signs);
          const text =
            verdict === undefined
              ? 'unknown'
              : verdict.state + (verdict.hangUp === undefined ? '' : ' hang up');
          if (verdicts.at(-1) !== text) verdicts.push(text);
        }
      },
    };
  }

  it('goes through silence to hanging up', () => {
    const { live, verdicts } = watch();
    live(10, 2);
    live(12, 0, { packets: 0 });
    expect(verdicts).toEqual(['unknown', 'live', 'silent', 'silent hang up']);
  });

  it('allows a keyframe interval three times as long as any seen', () => {
    const { live, verdicts } = watch();
    live(40, 10);
    live(29, 0);
    expect(verdicts).toEqual(['unknown', 'live']);
    live(4, 0);
    expect(verdicts).toEqual(['unknown', 'live', 'no-keyframes']);
  });

  it('takes a while of loss for degraded, and a longer while without for live', () => {
    const { live, verdicts } = watch();
    live(12, 2);
    live(6, 2, { lost: 2 });
    live(10, 2);
    expect(verdicts).toEqual(['unknown', 'live']);
    live(40, 2, { lost: 2 });
    live(15, 2);
    expect(verdicts).toEqual(['unknown', 'live', 'degraded']);
    live(40, 2);
    expect(verdicts).toEqual(['unknown', 'live', 'degraded', 'live']);
  });

  it('names a wrong clock', () => {
    const { live, verdicts } = watch();
    live(6, 2, { offsetMs: 100 });
    live(6, 2, { offsetMs: -3_600_000 });
    expect(verdicts).toEqual(['unknown', 'live', 'clock-wrong']);
  });
});
