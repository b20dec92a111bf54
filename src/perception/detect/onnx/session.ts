import { InferenceSession, Tensor } from 'onnxruntime-node';
import { NgatuError } from '#base';
import type { Detection, View } from '../../track.ts';
import type { ExpectedDims, Size, Tensors } from '../candidate.ts';
import type { ModelDescription } from '../description.ts';
import { createDetector } from '../detector.ts';
import { preparation } from './prepare.ts';

/** A model that has been opened and fits its description. `run` blocks its thread for as long as the network computes. */
export interface Session {
  /** Road users in one picture: the network runs once for each of its views, whose pixels stand one after the other. */
  run(pixels: Uint8Array, size: Size, views: readonly View[]): Promise<Detection[]>;
  close(): Promise<void>;
}

/** Opens a model on one thread of its own. Throws `MODEL_UNREADABLE` or `MODEL_DOES_NOT_FIT`. */
export async function openSession(description: ModelDescription, bytes: Uint8Array): Promise<Session> {
  const session = await open(description, bytes);
  const detector = createDetector(description);
  const prepare = preparation(description.input);
  const size = { width: description.input.width, height: description.input.height };
  const names = Object.keys(detector.head.expects(size));

  const infer = async (pixels: Uint8Array, { width, height }: Size): Promise<Tensors> => {
    const { name, type, layout } = description.input;
    const dims = layout === 'nhwc' ? [1, height, width, 3] : [1, 3, height, width];
    const outputs = await session.run(
      { [name]: new Tensor(type, prepare(pixels, { width, height }), dims) },
      names,
    );
    return outputs as unknown as Tensors;
  };

  try {
    checkInput(description, session);
    checkNames(description, session, names);
    const outputs = await infer(new Uint8Array(size.width * size.height * 3).fill(114), size);
    checkOutputs(description, outputs, detector.head.expects(size));
  } catch (problem) {
    await session.release();
    throw problem instanceof NgatuError
      ? problem
      : doesNotFit(description, 'a network that runs', String(problem));
  }

  return {
    async run(pixels, at, views) {
      const bytesPerView = at.width * at.height * 3;
      const found: Detection[] = [];
      for (const [i, view] of views.entries()) {
        const outputs = await infer(pixels.subarray(i * bytesPerView, (i + 1) * bytesPerView), at);
        found.push(...detector.candidates(outputs, view, at));
      }
      return detector.settle(found);
    },
    close: () => session.release(),
  };
}

/** One thread: several of them spin and are slower where cores are few, so more speed is more sessions. */
async function open(description: ModelDescription, bytes: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    });
  } catch (cause) {
    throw new NgatuError(
      'MODEL_UNREADABLE',
      `${description.file} is not a model that ONNX Runtime can open: ${cause}`,
      {
        kind: 'config',
        context: { model: description.name },
        cause,
      },
    );
  }
}

function checkInput(description: ModelDescription, session: InferenceSession): void {
  const { name, type, layout, width, height } = description.input;
  const found = session.inputMetadata.find((input) => input.name === name);
  const expected = layout === 'nhwc' ? [1, height, width, 3] : [1, 3, height, width];
  const wanted = `an input '${name}', ${type} [${expected}]`;
  if (found === undefined || !found.isTensor)
    throw doesNotFit(description, wanted, `inputs ${session.inputNames.join(', ')}`);
  const same =
    found.type === type &&
    found.shape.length === 4 &&
    found.shape.every((side, i) => typeof side === 'string' || side <= 0 || side === expected[i]);
  if (!same) throw doesNotFit(description, wanted, `'${name}', ${found.type} [${found.shape}]`);
}

function checkNames(
  description: ModelDescription,
  session: InferenceSession,
  names: readonly string[],
): void {
  const missing = names.filter((name) => !session.outputNames.includes(name));
  if (missing.length > 0)
    throw doesNotFit(
      description,
      `outputs ${missing.map((name) => `'${name}'`).join(', ')}`,
      `outputs ${session.outputNames.join(', ')}`,
    );
}

function checkOutputs(description: ModelDescription, outputs: Tensors, expected: ExpectedDims): void {
  for (const [name, dims] of Object.entries(expected)) {
    const { dims: found, data } = outputs[name]!;
    const wanted = `output '${name}' float32 [${dims.map((side) => side ?? 'any')}]`;
    // TensorFlow's SSD has a dimension of 1 more: [1, n, 1, 4].
    const plain =
      found.length === dims.length + 1 && found[2] === 1 ? [...found.slice(0, 2), ...found.slice(3)] : found;
    const same = plain.length === dims.length && dims.every((side, i) => side === null || side === plain[i]);
    if (!same || !(data instanceof Float32Array))
      throw doesNotFit(description, wanted, `${data?.constructor?.name ?? 'nothing'} [${found}]`);
  }
}

function doesNotFit(description: ModelDescription, expected: string, found: string): NgatuError {
  return new NgatuError(
    'MODEL_DOES_NOT_FIT',
    `${description.file} does not fit its description ${description.name}.yaml: expected ${expected}, found ${found}`,
    { kind: 'config', context: { model: description.name, expected, found } },
  );
}
