import { resolve } from 'node:path';
import { NgatuError } from '#base';
import { type Configuration, formatProblem, loadConfiguration } from '../config/index.ts';
import { modelsFolder } from '../places.ts';

/** A configuration without mistakes; every mistake is written to stderr before this throws CONFIG_INVALID. */
export function checkedConfiguration(file: string): Configuration {
  const { configuration, problems } = loadConfiguration(resolve(file), {
    env: process.env,
    models: modelsFolder,
  });
  if (configuration !== undefined) return configuration;
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  const count = `${problems.length} ${problems.length === 1 ? 'mistake' : 'mistakes'}`;
  throw new NgatuError('CONFIG_INVALID', `${file} has ${count}`, { kind: 'config' });
}
