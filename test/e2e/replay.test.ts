/** `ngatu replay` as an engineer has it: two files, a data folder, a table. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, systemClock } from '#base';
import { openTrackArchive } from '#store';
import { tinyClip } from '../support/clips.ts';
import { fixtureTracks, sceneFile } from '../support/fixture-tracks.ts';
import { removeFolder, testFolder } from './running-program.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');
let folder: string;
let clip: string;

const yaml = (rules: string, more = '') => `
domains: {city: {name: City}}
site: {name: Test, timezone: Asia/Ho_Chi_Minh}
defaults: {domain: city, simulate: ${clip}}
cameras:
  - {id: broken-down, name: Ngã tư A, analysis: {scene: ${sceneFile('stopped-in-lane')}, rules: {${rules}}}}
  - {id: flowing, name: Ngã tư B, analysis: {scene: ${sceneFile('free-flow-day')}, rules: {${rules}}}}
  - {id: same, name: Ngã tư C, analysis: {scene: ${sceneFile('free-flow-day')}}}
  - {id: blind, name: Ngã tư D}
${more}`;

beforeAll(async () => {
  clip = await tinyClip('plain');
  folder = await testFolder(yaml(''));
  const archive = openTrackArchive({
    ...{ dir: join(folder, 'data/tracks'), clock: systemClock, log: createLog({ level: 'warn' }) },
  });
  const startsAt = Date.now() - 3_600_000;
  const watched = [
    { scene: 'stopped-in-lane', camera: 'broken-down' },
    { scene: 'free-flow-day', camera: 'flowing' },
  ];
  for (const one of watched)
    for (const observation of fixtureTracks({ ...one, startsAt })) archive.append(observation);
  await archive.close();
});
afterAll(() => removeFolder(folder));

/** The changed file's text, or undefined for the one that is in force. */
async function replay(changed: string | undefined, ...words: string[]) {
  if (changed !== undefined) await writeFile(join(folder, 'changed.yaml'), changed);
  const config = changed === undefined ? 'streams.yaml' : 'changed.yaml';
  const child = spawn(process.execPath, [MAIN, 'replay', '--config', config, ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => (said.out += text));
  child.stderr.on('data', (text) => (said.err += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...said };
}

const longDwell = 'stoppedVehicle: {dwellSeconds: 120}';

describe('ngatu replay', () => {
  it('lists an incident that a longer dwell would no longer raise', async () => {
    const { code, out, err } = await replay(yaml(longDwell));
    expect(code).toBe(0);
    expect(out).toMatch(/^broken-down {2}Ngã tư A$/m);
    expect(out).toMatch(/^ {2}stopped-vehicle: 0 appear, 1 vanish, 0 shift, 0 stay$/m);
    expect(out).toMatch(/^ {4}vanishes {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}northbound-out-2 /m);
    expect(out).toMatch(/^ {2}every rule +0 +1 +0 +0$/m);
    expect(out).toContain('flowing  Ngã tư B\n  no incident under either');
    expect(out).toContain('not replayed: same');
    expect(err).toMatch(/^broken-down, 1 of 2: \d+ pictures$/m);
  });

  it('tells programs the same, with a shift in seconds', async () => {
    const { out } = await replay(
      yaml('stoppedVehicle: {dwellSeconds: 16}'),
      '--camera',
      'broken-down',
      '--json',
    );
    const report = JSON.parse(out);
    expect(report.totals).toEqual({ appear: 0, vanish: 0, shift: 1, stay: 0 });
    expect(report.cameras).toHaveLength(1);
    const [shift] = report.cameras[0].shift;
    expect(shift.detectedLaterSeconds).toBeCloseTo(6, 0);
    expect(Date.parse(shift.after.detectedAt) - Date.parse(shift.before.detectedAt)).toBeCloseTo(6000, -3);
  });

  it('finds no difference between a file and itself', async () => {
    const { code, out } = await replay(undefined);
    expect(code).toBe(0);
    expect(out).toContain('not replayed: broken-down, flowing, same');
  });

  it('says what is wrong with a file, a camera, a folder', async () => {
    const mistaken = await replay(yaml('stoppedVehicle: {dwelSeconds: 5}'));
    expect(mistaken.code).toBe(1);
    expect(mistaken.err).toMatch(/^changed\.yaml:\d+:\d+: .*dwelSeconds/m);
    expect(mistaken.err).toContain('changed.yaml has 2 mistakes');
    const changed = yaml(longDwell);
    for (const [words, said] of [
      [['--camera', 'blind'], "camera 'blind' has no scene in changed.yaml"],
      [
        ['--camera', 'nobody'],
        "there is no camera 'nobody' in changed.yaml; analysed are broken-down, flowing",
      ],
      [['--data', 'elsewhere'], '--data takes the folder'],
      [['--against', 'none.yaml'], "cannot read 'none.yaml'"],
    ] as const) {
      const { code, err, out } = await replay(changed, ...words);
      expect([code, out]).toEqual([1, '']);
      expect(err).toContain(said);
    }
    expect((await replay(changed, '--days', 'week')).code).toBe(2);
  });

  it('says so where nothing was stored', async () => {
    const more = `  - {id: fresh, name: E, analysis: {scene: ${sceneFile('free-flow-day')}}}`;
    const { code, err } = await replay(yaml('', more), '--camera', 'fresh');
    expect(code).toBe(1);
    expect(err).toMatch(/has no tracks of the last 7 days of fresh/);
  });
});
