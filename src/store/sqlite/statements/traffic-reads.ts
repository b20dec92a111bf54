import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import type { Page, PageRequest, TrafficQuery, TrafficRow, TurningRow } from '../../records.ts';
import { decodeHour, decodeValues, overlaid, type SeriesValues } from '../../traffic/hour-block.ts';
import { IntervalSums, RowMaker, type Shape, shapeOf } from '../../traffic/interval-sums.ts';
import type { SeriesKey } from '../../traffic/series.ts';
import type { ReadContext } from './context.ts';

export async function seriesOf({ db }: ReadContext, camera: number): Promise<readonly SeriesKey[]> {
  const rows = await db
    .selectFrom('traffic_series')
    .select('series')
    .where('camera', '=', camera)
    .orderBy('position')
    .execute();
  return rows.map((row) => row.series);
}

interface TrafficArgs {
  readonly query: TrafficQuery;
  readonly page: PageRequest;
}

export async function listCounts(context: ReadContext, args: TrafficArgs): Promise<Page<TrafficRow>> {
  return await listRows(context, args, (maker, startsAt, values) => maker.counts(startsAt, values));
}

export async function listTurns(context: ReadContext, args: TrafficArgs): Promise<Page<TurningRow>> {
  return await listRows(context, args, (maker, startsAt, values) => maker.turns(startsAt, values));
}

type MakeRows<T> = (maker: RowMaker, startsAt: EpochMs, values: SeriesValues) => readonly T[];

async function listRows<T>(
  context: ReadContext,
  { query, page }: TrafficArgs,
  make: MakeRows<T>,
): Promise<Page<T>> {
  const place = placeOf(page.cursor);
  const rows: T[] = [];
  for (const camera of [...new Set(query.cameras)].sort()) {
    if (place !== undefined && camera < place.camera) continue;
    const from = place?.camera === camera ? place.startsAt : intervalStart(query.from, query);
    for await (const { startsAt, values, maker } of intervals(context, camera, query, from)) {
      if (rows.length >= page.limit) return { rows, next: cursorOf({ camera, startsAt }) };
      rows.push(...make(maker, startsAt, values));
    }
  }
  return { rows, next: undefined };
}

interface Interval {
  readonly startsAt: EpochMs;
  readonly values: SeriesValues;
  readonly maker: RowMaker;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Those in which something was measured, in order; read an hour or a local day at a time. */
async function* intervals(
  context: ReadContext,
  camera: CameraId,
  query: TrafficQuery,
  from: EpochMs,
): AsyncGenerator<Interval> {
  const known = await context.db
    .selectFrom('cameras')
    .select('key')
    .where('id', '=', camera)
    .executeTakeFirst();
  const series = known === undefined ? [] : await seriesOf(context, known.key);
  if (known === undefined || series.length === 0) return;
  const shape = shapeOf(series);
  const maker = new RowMaker(camera, series, (lanes, roadUser) => wanted(query, lanes, roadUser));
  const step = query.intervalMinutes < 60 ? HOUR_MS : DAY_MS;
  for (let start = chunkStart(from, query, step); start < query.to; start += step) {
    const to = Math.min(start + step, query.to);
    const sums = await sumsOf(context, known.key, shape, query, Math.max(start, from), to);
    for (const [startsAt, sum] of sums) yield { startsAt, values: sum.values(), maker };
  }
}

function wanted(query: TrafficQuery, lanes: readonly string[], roadUser: string): boolean {
  const lane = query.lanes === undefined || lanes.some((one) => query.lanes?.includes(one));
  return lane && (query.roadUsers === undefined || query.roadUsers.includes(roadUser));
}

/** `to` cuts off intervals that begin behind it; an interval that has begun is whole. */
async function sumsOf(
  context: ReadContext,
  camera: number,
  shape: Shape,
  query: TrafficQuery,
  from: EpochMs,
  to: EpochMs,
): Promise<readonly (readonly [EpochMs, IntervalSums])[]> {
  const sums = new Map<EpochMs, IntervalSums>();
  const add = (at: EpochMs, values: SeriesValues) => {
    const startsAt = intervalStart(at, query);
    if (startsAt < from || startsAt >= to) return;
    const sum = sums.get(startsAt) ?? new IntervalSums(shape);
    sums.set(startsAt, sum);
    sum.add(values);
  };
  const end = intervalStart(to - 1, query) + query.intervalMinutes * 60_000;
  const hours = { first: Math.floor(from / HOUR_MS), end: Math.ceil(end / HOUR_MS) };
  const loose = await looseHours(context, camera, hours);
  if (query.intervalMinutes >= 60 && query.utcOffsetMinutes % 60 === 0) {
    for (const { hour, body } of await packed(context, 'traffic_hours', camera, hours))
      if (!loose.has(hour)) add(hour * HOUR_MS, decodeValues(body, shape.series.length));
  } else {
    for (const { hour, body } of await packed(context, 'traffic_hour_details', camera, hours))
      if (!loose.has(hour))
        for (const [minute, values] of decodeHour(body, shape.series.length))
          add((hour * 60 + minute) * 60_000, values);
  }
  for (const hour of loose)
    for (const [minute, values] of await minutesOfHour(context, camera, hour, shape.series.length))
      add((hour * 60 + minute) * 60_000, values);
  return [...sums].sort(([a], [b]) => a - b);
}

interface Hours {
  readonly first: number;
  readonly end: number;
}

async function packed(
  { db }: ReadContext,
  table: 'traffic_hours' | 'traffic_hour_details',
  camera: number,
  { first, end }: Hours,
) {
  return await db
    .selectFrom(table)
    .select(['hour', 'body'])
    .where('camera', '=', camera)
    .where('hour', '>=', first)
    .where('hour', '<', end)
    .execute();
}

/** Hours with minutes that are not packed yet. */
async function looseHours({ db }: ReadContext, camera: number, { first, end }: Hours): Promise<Set<number>> {
  const rows = await db
    .selectFrom('traffic_minutes')
    .select('minute')
    .where('camera', '=', camera)
    .where('minute', '>=', first * 60)
    .where('minute', '<', end * 60)
    .execute();
  return new Set(rows.map((row) => Math.floor(row.minute / 60)));
}

/** Packed minutes with the loose ones laid over them; by minute of the hour. */
export async function minutesOfHour(
  { db }: ReadContext,
  camera: number,
  hour: number,
  series: number,
): Promise<Map<number, SeriesValues>> {
  const block = await db
    .selectFrom('traffic_hour_details')
    .select('body')
    .where('camera', '=', camera)
    .where('hour', '=', hour)
    .executeTakeFirst();
  const minutes = block === undefined ? new Map<number, SeriesValues>() : decodeHour(block.body, series);
  const loose = await db
    .selectFrom('traffic_minutes')
    .select(['minute', 'body'])
    .where('camera', '=', camera)
    .where('minute', '>=', hour * 60)
    .where('minute', '<', hour * 60 + 60)
    .execute();
  for (const { minute, body } of loose) {
    const values = decodeValues(body, series);
    const before = minutes.get(minute % 60);
    minutes.set(minute % 60, before === undefined ? values : overlaid(before, values));
  }
  return minutes;
}

function intervalStart(
  at: EpochMs,
  query: Pick<TrafficQuery, 'intervalMinutes' | 'utcOffsetMinutes'>,
): EpochMs {
  const [step, offset] = [query.intervalMinutes * 60_000, query.utcOffsetMinutes * 60_000];
  return Math.floor((at + offset) / step) * step - offset;
}

/** Offsets are whole quarters, so intervals within an hour never cross from one hour of UTC to the next. */
function chunkStart(at: EpochMs, { utcOffsetMinutes }: TrafficQuery, step: number): EpochMs {
  return step === HOUR_MS
    ? Math.floor(at / HOUR_MS) * HOUR_MS
    : intervalStart(at, { intervalMinutes: 1440, utcOffsetMinutes });
}

interface Place {
  readonly camera: CameraId;
  readonly startsAt: EpochMs;
}

function cursorOf({ camera, startsAt }: Place): string {
  return Buffer.from(JSON.stringify([camera, startsAt])).toString('base64url');
}

/** A cursor nobody made stands behind every camera. */
function placeOf(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && typeof place[0] === 'string' && Number.isSafeInteger(place[1]))
      return { camera: place[0], startsAt: place[1] };
  } catch {
    // falls through
  }
  return { camera: '\u{10ffff}', startsAt: 0 };
}
