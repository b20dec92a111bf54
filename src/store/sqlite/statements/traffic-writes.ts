import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import { encodeHour, encodeValues, inOrder, overlaid, type SeriesValues } from '../../traffic/hour-block.ts';
import { IntervalSums, shapeOf } from '../../traffic/interval-sums.ts';
import type { MinuteValues, SeriesKey } from '../../traffic/series.ts';
import type { WriteContext } from './context.ts';
import { minutesOfHour, seriesOf } from './traffic-reads.ts';

/** Values of one camera and minute; `minute` counts since 1970. */
export interface MinuteOfCamera {
  readonly camera: CameraId;
  readonly minute: number;
  readonly values: MinuteValues;
}

/** More series than any scene has; what lies beyond is not kept, so that a camera cannot fill the disk with names. */
const MOST_SERIES = 5000;

/** Lays the values over what is there, however old the minute is; packing finds it again. */
export async function recordMinutes(
  context: WriteContext,
  minutes: readonly MinuteOfCamera[],
): Promise<void> {
  for (const { camera, minute, values } of minutes) {
    const key = await keyOfCamera(context, camera);
    const series = await extendedSeries(context, key, [...values.keys()]);
    const before = await context.db
      .selectFrom('traffic_minutes')
      .select('body')
      .where('camera', '=', key)
      .where('minute', '=', minute)
      .executeTakeFirst();
    const body = encodeValues(overlaid(before?.body, inOrder(series, values)));
    await context.db
      .insertInto('traffic_minutes')
      .values({ camera: key, minute, body })
      .onConflict((conflict) => conflict.columns(['camera', 'minute']).doUpdateSet({ body }))
      .execute();
  }
}

/** A camera that has said nothing else yet gets its id for a name. */
async function keyOfCamera({ db }: WriteContext, id: CameraId): Promise<number> {
  const known = await db.selectFrom('cameras').select('key').where('id', '=', id).executeTakeFirst();
  if (known !== undefined) return known.key;
  const made = await db
    .insertInto('cameras')
    .values({ id, name: id, domain: '' })
    .returning('key')
    .executeTakeFirstOrThrow();
  return made.key;
}

async function extendedSeries(
  context: WriteContext,
  camera: number,
  wanted: readonly SeriesKey[],
): Promise<readonly SeriesKey[]> {
  const known = await seriesOf(context, camera);
  const missing = wanted
    .filter((key) => !known.includes(key))
    .slice(0, Math.max(0, MOST_SERIES - known.length));
  if (missing.length === 0) return known;
  const rows = missing.map((series, at) => ({ camera, position: known.length + at, series }));
  for (const row of rows) await context.db.insertInto('traffic_series').values(row).execute();
  return [...known, ...missing];
}

/** Packs one camera's hour that ended before `before`; false when there is none left. A small step, so nothing waits long. */
export async function packHour(context: WriteContext, { before }: { before: EpochMs }): Promise<boolean> {
  const oldest = await context.db
    .selectFrom('traffic_minutes')
    .select(['camera', 'minute'])
    .where('minute', '<', Math.floor(before / 3_600_000) * 60)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return false;
  const hour = Math.floor(oldest.minute / 60);
  const series = await seriesOf(context, oldest.camera);
  const minutes = await minutesOfHour(context, oldest.camera, hour, series.length);
  await keepHour(context, oldest.camera, hour, series, minutes);
  await context.db
    .deleteFrom('traffic_minutes')
    .where('camera', '=', oldest.camera)
    .where('minute', '>=', hour * 60)
    .where('minute', '<', hour * 60 + 60)
    .execute();
  return true;
}

async function keepHour(
  { db }: WriteContext,
  camera: number,
  hour: number,
  series: readonly SeriesKey[],
  minutes: ReadonlyMap<number, SeriesValues>,
): Promise<void> {
  const sums = new IntervalSums(shapeOf(series));
  for (const values of minutes.values()) sums.add(values);
  const totals = { camera, hour, body: encodeValues(sums.values()) };
  const details = { camera, hour, body: encodeHour(minutes, series.length) };
  for (const [table, row] of [['traffic_hours', totals] as const, ['traffic_hour_details', details] as const])
    await db
      .insertInto(table)
      .values(row)
      .onConflict((conflict) => conflict.columns(['camera', 'hour']).doUpdateSet({ body: row.body }))
      .execute();
}
