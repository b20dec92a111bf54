import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeModel, type ModelDescription } from '../description.ts';
import { readModel } from '../model-files.ts';
import { letterbox } from '../view.ts';
import { openSession } from './session.ts';

const folder = resolve(import.meta.dirname, '../../../../test-fixtures/models');
const size = { width: 64, height: 32 };
const whole = letterbox(size, { left: 0, top: 0, right: 1, bottom: 1 }, size);

/** A picture of one colour; the models see more the redder it is. */
function plain(red: number, green: number, blue: number): Uint8Array {
  return Uint8Array.from({ length: size.width * size.height * 3 }, (_, i) => [red, green, blue][i % 3]!);
}

async function changed(name: string, change: (read: ModelDescription) => object) {
  const { description, bytes } = await readModel(folder, name);
  return { description: describeModel({ ...description, ...change(description) }, 'test'), bytes };
}

describe.each(['nanodet', 'ssd', 'yolox', 'yolov8', 'detr'])('a %s model', (name) => {
  it('finds the car and the person of its picture, where they are', async () => {
    const { description, bytes } = await readModel(folder, name);
    const session = await openSession(description, bytes);
    const found = await session.run(plain(255, 0, 0), size, [whole]);
    await session.close();
    const kinds = Object.fromEntries(found.map((each) => [each.kind, each]));
    expect(Object.keys(kinds).sort()).toEqual(['car', 'person']);
    expect(kinds.car!.confidence).toBeGreaterThan(0.8);
    const { left, top, right, bottom } = kinds.car!.box;
    expect([left * 64, top * 32, right * 64, bottom * 32].map(Math.round)).toEqual([8, 8, 40, 24]);
    const person = kinds.person!.box;
    expect(
      [person.left * 64, person.top * 32, person.right * 64, person.bottom * 32].map(Math.round),
    ).toEqual([48, 4, 56, 28]);
  });

  it('sees nothing where its colours are missing: colours and normalisation arrive as described', async () => {
    const { description, bytes } = await readModel(folder, name);
    const session = await openSession(description, bytes);
    expect(await session.run(plain(0, 255, 255), size, [whole])).toEqual([]);
    await session.close();
  });

  it('is refused where its outputs are not those of its labels', async () => {
    const { description, bytes } = await changed(name, () => ({ labels: ['person', 'car'] }));
    await expect(openSession(description, bytes)).rejects.toMatchObject({
      code: 'MODEL_DOES_NOT_FIT',
      message: expect.stringMatching(/expected output '\w+' float32 \[1,.*found .*\[1,/),
    });
  });
});

describe('a model that does not fit its description', () => {
  it('is refused for its input, with what was expected and what was found', async () => {
    const { description, bytes } = await changed('yolov8', ({ input }) => ({
      input: { ...input, width: 96 },
    }));
    await expect(openSession(description, bytes)).rejects.toThrow(
      /expected an input 'images', float32 \[1,3,32,96\], found 'images', float32 \[1,3,32,64\]/,
    );
  });

  it('is refused for an output that it does not have', async () => {
    const { description, bytes } = await changed('yolov8', ({ output }) => ({
      output: { ...output, output: 'boxes' },
    }));
    await expect(openSession(description, bytes)).rejects.toThrow(
      /expected outputs 'boxes', found outputs output0/,
    );
  });

  it('is refused where it is no model at all', async () => {
    const { description } = await readModel(folder, 'detr');
    await expect(openSession(description, Buffer.from('<html>not found</html>'))).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
    });
  });
});

it('the default model runs at any size that its strides divide', async () => {
  const { description, bytes } = await readModel(resolve(folder, '../../models'), 'nanodet-g');
  const session = await openSession(description, bytes);
  for (const at of [
    { width: 320, height: 192 },
    { width: 448, height: 320 },
  ]) {
    const grey = new Uint8Array(at.width * at.height * 3).fill(114);
    const view = letterbox(at, { left: 0, top: 0, right: 1, bottom: 1 }, at);
    expect(await session.run(grey, at, [view])).toEqual([]);
  }
  await session.close();
});
