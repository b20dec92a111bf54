import type { EpochMs } from '#base';
import type { CameraId } from '#camera';
import { type ReadContext, type WriteContext, whole } from './context.ts';

export async function recordLearned(
  { db }: WriteContext,
  { camera, name, state, at }: { camera: CameraId; name: string; state: unknown; at: EpochMs },
): Promise<void> {
  const news = { at: whole(at), body: JSON.stringify(state ?? null) };
  await db
    .insertInto('learned')
    .values({ camera, name, ...news })
    .onConflict((conflict) => conflict.columns(['camera', 'name']).doUpdateSet(news))
    .execute();
}

export async function getLearned(
  { db }: ReadContext,
  { camera, name }: { camera: CameraId; name: string },
): Promise<{ state: unknown; at: EpochMs } | undefined> {
  const row = await db
    .selectFrom('learned')
    .select(['body', 'at'])
    .where('camera', '=', camera)
    .where('name', '=', name)
    .executeTakeFirst();
  return row && { state: JSON.parse(row.body), at: row.at };
}
