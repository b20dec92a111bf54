import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrafficQuery } from '../../records.ts';
import { type MeasureName, seriesKey, stored } from '../../traffic/series.ts';
import { type OpenDatabase, openDatabase } from '../open-database.ts';
import { listCounts, listTurns } from './traffic-reads.ts';
import { type MinuteOfCamera, packHour, recordMinutes } from './traffic-writes.ts';

const HOUR = 3_600_000;
const T = Date.UTC(2026, 2, 8, 7);
const FIRST_MINUTE = T / 60_000;

const figures: fc.Arbitrary<ReadonlyMap<string, number>> = fc
  .record({
    lanes: fc.uniqueArray(fc.constantFrom('north-1', 'north-2'), { minLength: 1 }),
    count: fc.nat(40),
    speed: fc.option(fc.double({ min: 0, max: 130, noNaN: true })),
    occupancy: fc.double({ min: 0, max: 1, noNaN: true }),
    queue: fc.option(fc.double({ min: 0, max: 500, noNaN: true })),
    watched: fc.nat(60),
    turns: fc.nat(5),
  })
  .map(({ lanes, ...one }) => {
    const values = new Map<string, number>();
    const put = (measure: MeasureName, value: number | null, ...labels: string[]) => {
      if (value !== null) values.set(seriesKey(measure, ...labels), stored(measure, value));
    };
    for (const lane of lanes) {
      put('count', one.count, lane, 'car', 'forward');
      put('speed', one.speed, lane, 'car', 'forward');
      put('passed', one.count, lane);
      put('occupancy', one.occupancy, lane);
      put('queue', one.queue, lane);
      put('watched', one.watched, lane);
      put('turn', one.turns, lane, 'east', 'car');
    }
    return values;
  });

/** Four hours of three cameras, in any order, minutes coming again included. */
const minutes = fc.array(fc.tuple(fc.constantFrom('cam-a', 'cam-b', 'cam-c'), fc.nat(239), figures), {
  minLength: 1,
  maxLength: 30,
});

describe('packed hours of traffic', () => {
  let dir: string;
  let opened: OpenDatabase;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ngatu-traffic-'));
    opened = await openDatabase({ file: join(dir, 'x.db'), readonly: false, maxBytes: undefined });
    // Every statement here is a commit of its own; what the disk does is not the question.
    opened.raw.pragma('synchronous = OFF');
  });
  afterAll(() => {
    opened.raw.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const context = () => ({ db: opened.db, run: 1, log: () => Promise.reject(new Error('no events here')) });
  const record = async (all: readonly (readonly [string, number, ReadonlyMap<string, number>])[]) => {
    const rows: MinuteOfCamera[] = all.map(([camera, minute, values]) => ({
      camera,
      minute: FIRST_MINUTE + minute,
      values,
    }));
    await recordMinutes(context(), rows);
  };
  const packAll = async (before: number) => {
    while (await packHour(context(), { before }));
  };
  const loose = () => opened.raw.prepare('SELECT count(*) FROM traffic_minutes').pluck().get();

  async function everything(intervalMinutes: TrafficQuery['intervalMinutes'], utcOffsetMinutes: number) {
    const query = {
      ...{ from: T - 24 * HOUR, to: T + 48 * HOUR, cameras: ['cam-a', 'cam-b', 'cam-c'] },
      ...{ intervalMinutes, utcOffsetMinutes },
    };
    const page = { limit: 100_000 };
    return [await listCounts(context(), { query, page }), await listTurns(context(), { query, page })];
  }

  it('say the same as the minutes they were made of, whatever comes late', async () => {
    await fc.assert(
      fc.asyncProperty(minutes, minutes, fc.constantFrom(0, 420, -330), async (first, late, offset) => {
        for (const table of ['traffic_minutes', 'traffic_hours', 'traffic_hour_details', 'traffic_series'])
          opened.raw.exec(`DELETE FROM ${table}`);
        await record([...first, ...late]);
        const wanted = { minute: await everything(1, offset), quarter: await everything(15, offset) };
        for (const table of ['traffic_minutes', 'traffic_series']) opened.raw.exec(`DELETE FROM ${table}`);
        await record(first);
        await packAll(T + 2 * HOUR);
        await record(late);
        expect(await everything(1, offset)).toEqual(wanted.minute);
        await packAll(T + 9 * HOUR);
        expect(loose()).toBe(0);
        expect(await everything(1, offset)).toEqual(wanted.minute);
        expect(await everything(15, offset)).toEqual(wanted.quarter);
      }),
      { numRuns: 40 },
    );
  });

  it('give the same sums by hour and day, packed or not, but for the rounding of a mean of means', async () => {
    await fc.assert(
      fc.asyncProperty(minutes, async (all) => {
        for (const table of ['traffic_minutes', 'traffic_hours', 'traffic_hour_details', 'traffic_series'])
          opened.raw.exec(`DELETE FROM ${table}`);
        await record(all);
        for (const interval of [60, 1440] as const) {
          const [before] = await everything(interval, 420);
          await packAll(T + 9 * HOUR);
          const [after] = await everything(interval, 420);
          expect(after?.rows.length).toBe(before?.rows.length);
          after?.rows.forEach((row, at) => {
            const { meanSpeedKmh, occupancy, ...exact } = row as {
              meanSpeedKmh?: number;
              occupancy?: number;
            };
            const wanted = before?.rows[at] as typeof exact & { meanSpeedKmh?: number; occupancy?: number };
            expect(wanted).toMatchObject(exact);
            expect(Math.abs((meanSpeedKmh ?? 0) - (wanted.meanSpeedKmh ?? 0))).toBeLessThan(0.21);
            expect(Math.abs((occupancy ?? 0) - (wanted.occupancy ?? 0))).toBeLessThan(0.0021);
          });
        }
      }),
      { numRuns: 30 },
    );
  });
});
