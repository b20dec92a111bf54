import { formatProblem, loadConfiguration } from '../config/index.ts';
import { modelsFolder } from '../places.ts';
import { type Command, parseWords } from './command.ts';

export const check: Command = {
  summary: 'find mistakes in streams.yaml',
  parameters: '[FILE]   (streams.yaml unless told)',
  about: `Reads the configuration and everything it includes, and reports every mistake with file, line and, where it
can be guessed, what was meant. Exit code 0: no mistake; 1: some. Dials no camera.`,
  async run(words) {
    const { positionals } = parseWords(words, {}, 1);
    const file = positionals[0] ?? 'streams.yaml';
    const { configuration, problems } = loadConfiguration(file, { env: process.env, models: modelsFolder });
    for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
    if (configuration === undefined) {
      process.stdout.write(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n`);
      return 1;
    }
    const analysed = configuration.cameras.filter(({ camera }) => camera.analysis !== undefined).length;
    const simulated = configuration.cameras.filter(({ simulate }) => simulate !== undefined).length;
    const counts = [
      `${configuration.cameras.length} cameras in ${configuration.domains.length} domains`,
      `${analysed} analysed`,
      `${simulated} simulated`,
    ];
    process.stdout.write(`${file}: ${counts.join(', ')}; no mistakes\n`);
    return 0;
  },
};
