import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { systemClock as clock, createLog, type Lifetime, lifetime, NgatuError } from '#base';
import { type Camera, sceneSchema } from '#camera';
import type { AccessUnit } from '#ingest';
import { createHub, type Hub } from '#live';
import { createPerception, type Detection, type Perception } from '#perception';
import { createDarkroom, createStills } from '#preview';
import { type Claim, createRuleEngine, type Incident, type IncidentChange, ruleSettingsSchema } from '#rules';
import { openEvidenceFiles, openSqliteHistory } from '#store';
import { accessUnitsOf } from '../../test/support/access-units.ts';
import { tinyClip } from '../../test/support/index.ts';
import { createEvidenceDesk } from './evidence-desk.ts';
import { openIncidentDesk } from './incident-desk.ts';
import { modelsFolder } from './places.ts';
import {
  createSecondLooks,
  type Look,
  type LookGate,
  type SecondLookParts,
  type SecondLooks,
} from './second-look.ts';

const log = createLog({ level: 'silent' });
const scenes = join(import.meta.dirname, '../../test-fixtures/scenes');
const open: Lifetime[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const box = { left: 0.4, top: 0.6, right: 0.52, bottom: 0.74 };
const car: Detection = { kind: 'car', box, confidence: 0.7, onTwoWheels: 0 };

function camera(scene?: string, sub = false): Camera {
  const stream = { url: 'rtsp://127.0.0.1/' };
  const drawn =
    scene === undefined
      ? '{lanes: [], zones: [], lines: []}'
      : readFileSync(join(scenes, scene, 'scene.yaml'), 'utf8');
  return {
    ...{ id: 'a', name: 'Junction A', domain: 'traffic', location: undefined, credentials: undefined },
    streams: { main: stream, sub: sub ? stream : undefined },
    analysis: {
      model: 'nanodet-g',
      picturesPerSecond: 5,
      stream: 'main',
      scene: sceneSchema.parse(parse(drawn)),
    },
  };
}

/** A gate whose rules speak by hand, about what stands since the beginning of the clip. */
class Street {
  readonly hub: Hub = createHub({ log });
  readonly told: { readonly change: IncidentChange; readonly look: Look | undefined; readonly ms: number }[] =
    [];
  readonly attended: number[] = [];
  readonly looks: SecondLooks;
  readonly gate: LookGate;
  readonly units: readonly AccessUnit[];
  readonly #since: number;
  #raised: { readonly at: number; readonly ms: number } | undefined;

  constructor(
    units: readonly AccessUnit[],
    perception: SecondLookParts['perception'],
    more: Partial<SecondLookParts> = {},
    of = camera(),
  ) {
    this.units = units;
    this.#since = units[0]!.capturedAt - 5000;
    this.looks = createSecondLooks({
      ...{ hub: this.hub, perception, clock, log },
      mainStreams: { want: () => lifetime(() => undefined) },
      ...more,
    });
    this.gate = this.looks.gate({
      camera: of,
      attend: (until) => this.attended.push(until),
      tell: (change, look) =>
        this.told.push({ change, look, ms: clock.monotonicMs() - (this.#raised?.ms ?? Number.NaN) }),
    });
    open.push(this.gate);
  }

  write(from: number, to: number): void {
    for (const unit of this.units.slice(from, to)) this.hub.write('a', unit);
  }

  #claim(i: number, raisesAt: number): Claim {
    const at = this.units[0]!.capturedAt + (i * 1000) / 15;
    return { kind: 'stopped-vehicle', place: 'lane', box, at, since: this.#since, raisesAt: at + raisesAt };
  }

  /** About to be raised, at that picture of the clip. */
  claim(i: number, inMs = 800): void {
    this.gate.take({ changes: [], claims: [this.#claim(i, inMs)] });
  }

  say(change: IncidentChange['change'], i: number): void {
    const claim = this.#claim(i, 0);
    if (change === 'opened') this.#raised = { at: claim.at, ms: clock.monotonicMs() };
    const over = change === 'cleared';
    const incident: Incident = {
      ...{
        id: 'one',
        kind: 'stopped-vehicle',
        severity: 'major',
        camera: 'a',
        place: 'lane',
        box,
        path: undefined,
      },
      ...{
        onsetAt: this.#since,
        detectedAt: this.#raised?.at ?? claim.at,
        clearedAt: over ? claim.at : undefined,
      },
      ...{ updatedAt: claim.at, confidence: 0.8, measures: {} },
    };
    this.gate.take({ changes: [{ change, incident }], claims: over ? [] : [claim] });
  }

  /** Still seen, long since raised. */
  goOn(i: number): void {
    this.claim(i, 0);
  }

  get lines(): string[] {
    return this.told.map(
      ({ change: { change, incident } }) => `${change} ${incident.verification?.verdict ?? '-'}`,
    );
  }
}

/** Perception that answers by script. */
const answering = (
  ...answers: (readonly Detection[] | NgatuError | 'never')[]
): SecondLookParts['perception'] => ({
  look: () => {
    const answer = answers.shift() ?? 'never';
    if (answer === 'never') return new Promise(() => undefined);
    return answer instanceof NgatuError ? Promise.reject(answer) : Promise.resolve(answer);
  },
});

const busy = new NgatuError('LOOK_BUSY', 'The detector cannot look again now.', { kind: 'transient' });

describe('an alarm', async () => {
  const units = await accessUnitsOf(await tinyClip());
  const begin = (perception: SecondLookParts['perception'], more: Partial<SecondLookParts> = {}): Street => {
    const street = new Street(units, perception, more);
    street.write(0, 20);
    return street;
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

  it('that was looked at before it is raised is told at once, as confirmed', async () => {
    const street = begin(answering([car]));
    street.claim(15, 2500);
    expect(street.looks.stats.looks).toBe(0);
    street.claim(17);
    await settled();
    expect(street.told).toEqual([]);
    street.say('opened', 19);
    expect(street.lines).toEqual(['opened confirmed']);
    expect(street.told[0]!.look).toMatchObject({ stream: 'main', verdict: 'confirmed', found: [car] });
    expect(street.attended.length).toBeGreaterThan(0);
    street.say('updated', 20);
    street.say('cleared', 22);
    expect(street.lines).toEqual(['opened confirmed', 'updated -', 'cleared -']);
    expect(street.looks.stats).toMatchObject({ looks: 1, confirmed: 1, heldBack: 0 });
  });

  it('is held back where two looks find an empty place, and never told if it ends', async () => {
    const street = begin(answering([], []));
    street.claim(10);
    await settled();
    street.claim(18);
    await settled();
    street.say('opened', 19);
    street.say('updated', 24);
    street.say('cleared', 25);
    await settled();
    expect(street.told).toEqual([]);
    expect(street.looks.stats).toMatchObject({ looks: 2, heldBack: 1, confirmed: 0, unverified: 0 });
    // Back again within its grace time, and there now.
    street.write(20, 40);
    street.say('reopened', 38);
    street.say('cleared', 39);
    street.gate.close();
    expect(street.lines).toEqual(['opened unverified', 'cleared -']);
  });

  it('whose tracks insist for another dwell is told, with when it was told and that nothing was found', async () => {
    const street = begin(answering([], [], []));
    street.claim(10);
    await settled();
    street.claim(18);
    await settled();
    street.say('opened', 19);
    const raisedAt = street.units[0]!.capturedAt + 19_000 / 15;
    for (let i = 20; i < 19 + 6 * 15; i++) street.goOn(i);
    expect(street.told).toEqual([]);
    for (let i = 19 + 6 * 15; i < 19 + 7 * 15; i++) street.goOn(i);
    expect(street.lines).toEqual(['opened contradicted']);
    const { detectedAt, onsetAt } = street.told[0]!.change.incident;
    expect(detectedAt - raisedAt).toBeGreaterThanOrEqual(raisedAt - onsetAt);
    expect(street.looks.stats).toMatchObject({ insisted: 1, heldBack: 0 });
  });

  it.each([
    ['one empty look', [[]], 'main'],
    ['a look that never comes', ['never'], undefined],
    ['looks that fail', [busy, busy, busy, busy, busy], undefined],
    ['something else there', [[{ ...car, kind: 'person' }]], 'main'],
  ] as [string, Parameters<typeof answering>, string | undefined][])(
    'is told within its deadline, unverified, after %s',
    async (_, answers, stream) => {
      const street = begin(answering(...answers), { deadlineMs: 150 });
      street.claim(17);
      await settled();
      street.say('opened', 19);
      await expect.poll(() => street.lines).toEqual(['opened unverified']);
      expect(street.told[0]!.ms).toBeLessThan(1000);
      expect(street.told[0]!.change.incident.verification).toEqual(
        stream === undefined ? { verdict: 'unverified' } : { verdict: 'unverified', stream },
      );
      street.goOn(21);
      street.say('cleared', 22);
      expect(street.lines).toEqual(['opened unverified', 'cleared -']);
    },
  );

  it('that nobody claimed before is looked at when it is raised', async () => {
    const street = begin(answering([car]));
    street.say('opened', 19);
    expect(street.told).toEqual([]);
    await settled();
    expect(street.lines).toEqual(['opened confirmed']);
  });

  it('of another kind is told as it comes, and so is what waits when the camera is closed', () => {
    const street = begin(answering('never'));
    const jam = { id: 'jam', kind: 'congestion', place: 'north' } as Incident;
    street.gate.take({ changes: [{ change: 'opened', incident: jam }], claims: [] });
    street.say('opened', 19);
    expect(street.lines).toEqual(['opened -']);
    street.gate.close();
    expect(street.lines).toEqual(['opened -', 'opened unverified']);
  });

  it('is looked at in the main stream as soon as that comes, and lets it go again', async () => {
    const wanted: string[] = [];
    const mainStreams = {
      want(id: string) {
        wanted.push(id);
        return lifetime(() => void wanted.push(`${id} let go`));
      },
    };
    const street = new Street(units, answering([car]), { mainStreams }, camera(undefined, true));
    street.write(0, 20);
    street.claim(15, 2500);
    expect(wanted).toEqual(['a/main']);
    for (const unit of units.slice(0, 17)) street.hub.write('a/main', unit);
    street.claim(16, 2400);
    await settled();
    street.say('opened', 19);
    expect(street.told[0]!.change.incident.verification).toEqual({ verdict: 'confirmed', stream: 'main' });
    expect(wanted).toEqual(['a/main', 'a/main let go']);
  });
});

describe('with the real detector', () => {
  let perception: Perception;
  const begin = async (): Promise<void> => {
    perception ??= createPerception({ clock, log, modelsFolder, threads: 1, niceness: 0 });
    await expect.poll(() => perception.stats().state, { timeout: 20_000 }).toBe('running');
  };
  beforeEach(begin, 30_000);
  afterAll(() => perception?.close());

  it('an empty road at night contradicts', { timeout: 30_000 }, async () => {
    const units = await accessUnitsOf(join(scenes, 'free-flow-night/clip.mp4'));
    const street = new Street(units.slice(300, 400), perception, { deadlineMs: 20_000 });
    street.write(0, 40);
    street.claim(39);
    await expect.poll(() => street.looks.stats.looks, { timeout: 10_000 }).toBe(1);
    street.write(40, 100);
    street.claim(99);
    await expect.poll(() => street.looks.stats.looks, { timeout: 10_000 }).toBe(2);
    street.say('opened', 100);
    street.say('cleared', 110);
    expect(street.told).toEqual([]);
    expect(street.looks.stats).toMatchObject({ looks: 2, failed: 0, heldBack: 1 });
  });

  it('a car that broke down is confirmed, and what was seen is kept', { timeout: 90_000 }, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ngatu-look-'));
    open.push(lifetime(() => rmSync(dir, { recursive: true, force: true })));
    const of = camera('stopped-in-lane');
    const hub = createHub({ log });
    const darkroom = createDarkroom({ clock, log });
    const history = await openSqliteHistory({ dir, clock, log });
    const files = await openEvidenceFiles({
      dir: join(dir, 'evidence'),
      history,
      clock,
      log,
      keepFreeBytes: 0,
    });
    const stills = createStills({ hub, darkroom, clock, streamOf: (id) => id });
    const evidence = createEvidenceDesk({
      ...{ hub, stills, darkroom, history, files, clock, log, timezone: 'Asia/Ho_Chi_Minh' },
    });
    open.push(history, darkroom, evidence);
    const incidents = await openIncidentDesk({ history, evidence, clock, log, camera: () => of });
    const looks = createSecondLooks({
      ...{ hub, perception, clock, log, deadlineMs: 20_000 },
      mainStreams: { want: () => lifetime(() => undefined) },
    });
    const opened: Incident[] = [];
    const gate = looks.gate({
      camera: of,
      attend: () => undefined,
      tell(change, look) {
        if (change.change === 'opened') opened.push(change.incident);
        incidents.take(of, change, look);
      },
    });
    const settings = ruleSettingsSchema.parse({});
    const engine = createRuleEngine({
      camera: 'a',
      scene: of.analysis!.scene,
      settings,
      utcOffsetMinutes: 420,
    });
    let seenAt = Number.NEGATIVE_INFINITY;
    const feed = perception.watch(of, (observation) => {
      seenAt = observation.capturedAt;
      gate.take(engine.observe(observation));
    });
    open.push(gate, feed, hub.keep('a', 60), hub.read('a', feed, { from: 'live', demand: 'prompt' }));
    const units = await accessUnitsOf(join(scenes, 'stopped-in-lane/clip.mp4'), { startAt: clock.now() });
    // As fast as the detector takes them, but never far ahead of it.
    for (const unit of units) {
      if (opened.length > 0) break;
      while (unit.capturedAt > seenAt + 1000 && seenAt > 0)
        await new Promise((resolve) => setTimeout(resolve, 5));
      hub.write('a', unit);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await expect.poll(() => opened, { timeout: 30_000 }).toHaveLength(1);
    const { id, kind, place, verification } = opened[0]!;
    expect({ kind, place }).toEqual({ kind: 'stopped-vehicle', place: 'northbound-out-2' });
    expect(verification).toEqual({ verdict: 'confirmed', stream: 'main' });
    await expect
      .poll(async () => (await history.incidents.get(id))?.evidence.secondLook, { timeout: 20_000 })
      .toBe('ready');
    expect((await history.incidents.get(id))?.verification).toEqual(verification);
    const path = (await files.path(id, 'second-look.jpg'))!;
    expect(await sharp(path).metadata()).toMatchObject({ format: 'jpeg', width: 480 });
    const { stdout } = await promisify(execFile)('ffprobe', [
      ...['-v', 'error', '-show_entries', 'stream=codec_name,width', '-of', 'csv=p=0', path],
    ]);
    expect(stdout.trim()).toBe('mjpeg,480');
  });
});
