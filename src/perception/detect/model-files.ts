import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { NgatuError } from '#base';
import { describeModel, type ModelDescription } from './description.ts';

export interface ModelFiles {
  readonly description: ModelDescription;
  /** The ONNX file, its sha256 checked. */
  readonly bytes: Uint8Array;
}

/** Reads `<folder>/<name>.yaml` and the file it names. Throws `MODEL_MISSING`, `MODEL_DESCRIPTION_WRONG`, `MODEL_ALTERED`. */
export async function readModel(folder: string, name: string): Promise<ModelFiles> {
  const path = join(folder, `${name}.yaml`);
  const description = describeModel(parsed((await readOr(path)).toString('utf8'), path), path);
  const bytes = await readOr(join(folder, description.file));
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== description.sha256)
    throw new NgatuError(
      'MODEL_ALTERED',
      `${join(folder, description.file)}: expected sha256 ${description.sha256}, found ${found}; ` +
        `if the file was changed on purpose, put the new sum into ${path}`,
      { kind: 'config', context: { model: name } },
    );
  return { description, bytes };
}

async function readOr(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new NgatuError(
      'MODEL_MISSING',
      `${path} cannot be read: a model is <name>.yaml and the .onnx file it names`,
      {
        kind: 'config',
        context: { path },
        cause,
      },
    );
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new NgatuError('MODEL_DESCRIPTION_WRONG', `${path} is not YAML: ${problem}`, {
      kind: 'config',
      context: { where: path },
      cause,
    });
  }
}
