import type { EpochMs } from '#base';
import type { CameraState, CameraStateChange } from '#camera';
import type { CameraFacts } from '../../records.ts';
import { type WriteContext, whole } from './context.ts';

export async function recordCameraState(
  context: WriteContext,
  { change, camera, at }: { change: CameraStateChange; camera: CameraFacts; at: EpochMs },
): Promise<void> {
  await enterState(context, camera, change, at);
}

export async function recordCameraRemoved(
  context: WriteContext,
  { camera, at }: { camera: CameraFacts; at: EpochMs },
): Promise<void> {
  const gone = { state: 'removed', since: at, reason: 'no longer configured' } as const;
  await enterState(context, camera, gone, at);
}

interface Entered {
  readonly state: CameraState | 'removed';
  readonly since: EpochMs;
  readonly reason: string;
}

/** The same state again is no change, whatever its reason. A clock that was set back cannot undo what is stored. */
async function enterState(
  context: WriteContext,
  camera: CameraFacts,
  { state, since, reason }: Entered,
  at: EpochMs,
): Promise<void> {
  const key = await cameraKey(context, camera);
  const newest = await context.db
    .selectFrom('camera_states')
    .select(['run', 'state', 'since'])
    .where('camera', '=', key)
    .orderBy('key', 'desc')
    .limit(1)
    .executeTakeFirst();
  const last = newest?.run === context.run ? newest : undefined;
  if (last?.state === state) return;
  const begun = Math.max(whole(since), last?.since ?? 0);
  await context.db
    .insertInto('camera_states')
    .values({ camera: key, run: context.run, since: begun, state, reason })
    .execute();
  const previous = last === undefined || last.state === 'removed' ? undefined : (last.state as CameraState);
  await context.log(whole(at), () => ({
    type: 'camera-state',
    ...camera,
    state,
    previous,
    since: begun,
    reason,
  }));
}

/** The camera's small number, and its newest name and domain kept. */
export async function cameraKey(context: WriteContext, camera: CameraFacts): Promise<number> {
  const known = await context.db
    .selectFrom('cameras')
    .selectAll()
    .where('id', '=', camera.camera)
    .executeTakeFirst();
  if (known?.name === camera.name && known.domain === camera.domain) return known.key;
  const news = { name: camera.name, domain: camera.domain };
  const { key } = await context.db
    .insertInto('cameras')
    .values({ id: camera.camera, ...news })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(news))
    .returning('key')
    .executeTakeFirstOrThrow();
  return key;
}

export async function beginRun({ db }: Pick<WriteContext, 'db'>, { at }: { at: EpochMs }): Promise<number> {
  const { key } = await db
    .insertInto('runs')
    .values({ started_at: whole(at), beat_at: whole(at) })
    .returning('key')
    .executeTakeFirstOrThrow();
  return key;
}

/** Says that the gateway lives: what lies behind the last beat of a run is unknown. */
export async function beat(context: WriteContext, { at }: { at: EpochMs }): Promise<void> {
  await context.db
    .updateTable('runs')
    .set((run) => ({ beat_at: run.fn('max', ['beat_at', run.val(whole(at))]) }))
    .where('key', '=', context.run)
    .execute();
}
