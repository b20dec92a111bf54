import { describe, expect, it } from 'vitest';
import type { CameraState, CameraStateChange } from '#camera';
import { createCameraHealth } from './camera-health.ts';

function watched() {
  const told: string[] = [];
  const health = createCameraHealth((change) => told.push(`${change.since / 1000} ${change.state}`));
  const connection = (seconds: number, state: CameraState) =>
    health.connection({
      camera: 'a',
      state,
      since: seconds * 1000,
      reason: 'test',
    } satisfies CameraStateChange);
  const run = (from: number, to: number) => {
    for (let seconds = from; seconds <= to; seconds++) health.tick(seconds * 1000);
  };
  return { health, told, connection, run };
}

describe('camera health', () => {
  it('tells connecting and live at once', () => {
    const { told, connection } = watched();
    connection(0, 'connecting');
    connection(1, 'live');
    expect(told).toEqual(['0 connecting', '1 live']);
  });

  it('holds a blip back', () => {
    const { told, connection, run } = watched();
    connection(0, 'live');
    connection(10, 'unreachable');
    run(10, 13);
    connection(14, 'live');
    run(14, 60);
    expect(told).toEqual(['0 live']);
  });

  it('tells an outage that lasts, since it began, and its end once it is stable', () => {
    const { told, connection, run } = watched();
    connection(0, 'live');
    connection(10, 'silent');
    run(10, 30);
    connection(31, 'live');
    connection(32, 'silent');
    run(32, 34);
    connection(40, 'live');
    run(40, 50);
    expect(told).toEqual(['0 live', '10 silent', '40 live']);
  });

  it('tells a wrong password at once', () => {
    const { told, connection } = watched();
    connection(0, 'connecting');
    connection(1, 'unauthorised');
    expect(told).toEqual(['0 connecting', '1 unauthorised']);
  });

  it('lets a frozen picture outweigh a live connection, and a lost connection outweigh both', () => {
    const { health, told, connection, run } = watched();
    connection(0, 'live');
    health.picture('a', 'frozen', 'the same picture for 30 s', 100_000);
    run(100, 110);
    connection(120, 'unreachable');
    run(120, 130);
    connection(140, 'live');
    run(140, 150);
    expect(told).toEqual(['0 live', '100 frozen', '120 unreachable', '140 live']);
  });

  it('dates recovery of the picture from the picture', () => {
    const { health, told, connection, run } = watched();
    connection(0, 'live');
    health.picture('a', 'black', 'no light', 10_000);
    run(10, 20);
    health.picture('a', 'good', '', 50_000);
    run(50, 60);
    expect(told).toEqual(['0 live', '10 black', '50 live']);
  });

  it('does not blame cameras while the machine stood still', () => {
    const { health, told, connection, run } = watched();
    connection(0, 'live');
    health.stalled(20_000, 6_000);
    connection(20, 'silent');
    run(20, 29);
    connection(29, 'live');
    run(30, 60);
    expect(told).toEqual(['0 live']);
    health.stalled(70_000, 6_000);
    connection(70, 'silent');
    run(70, 90);
    expect(told).toEqual(['0 live', '70 silent']);
  });

  it('says nothing twice', () => {
    const { told, connection, run } = watched();
    connection(0, 'unreachable');
    connection(30, 'unreachable');
    run(0, 60);
    expect(told).toEqual(['0 unreachable']);
  });
});
