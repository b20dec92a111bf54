import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { readModel } from './model-files.ts';

const fixtures = resolve(import.meta.dirname, '../../../test-fixtures/models');

async function copied(change: (yaml: string) => string = (yaml) => yaml): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ngatu-models-'));
  await copyFile(join(fixtures, 'detr.onnx'), join(folder, 'detr.onnx'));
  await writeFile(join(folder, 'detr.yaml'), change(await readFile(join(fixtures, 'detr.yaml'), 'utf8')));
  return folder;
}

it('reads a description and the file it names', async () => {
  const { description, bytes } = await readModel(await copied(), 'detr');
  expect(description).toMatchObject({ name: 'detr', leastConfidence: 0.12, output: { decoder: 'detr' } });
  expect(bytes.length).toBeGreaterThan(500);
});

it('refuses a file that is not the one described', async () => {
  const folder = await copied();
  await writeFile(join(folder, 'detr.onnx'), 'something else');
  await expect(readModel(folder, 'detr')).rejects.toMatchObject({
    code: 'MODEL_ALTERED',
    message: expect.stringMatching(/expected sha256 [0-9a-f]{64}, found [0-9a-f]{64}/),
  });
});

it('names every mistake in a description', async () => {
  const folder = await copied((yaml) =>
    yaml.replace('width: 64', 'width: wide').replace('scores: logits', 'score: x'),
  );
  await expect(readModel(folder, 'detr')).rejects.toMatchObject({
    code: 'MODEL_DESCRIPTION_WRONG',
    message: expect.stringMatching(/detr\.yaml.*input\.width.*output/),
  });
});

it('says which file is missing, and never leaves the folder', async () => {
  await expect(readModel(await copied(), 'yolo')).rejects.toMatchObject({ code: 'MODEL_MISSING' });
  const folder = await copied((yaml) => yaml.replace('file: detr.onnx', 'file: ../detr.onnx'));
  await expect(readModel(folder, 'detr')).rejects.toMatchObject({ code: 'MODEL_DESCRIPTION_WRONG' });
});
