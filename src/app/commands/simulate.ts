import { asNgatuError } from '#base';
import {
  parseSimulateWords,
  type SimulateCommand,
  simulateParameters,
  startControl,
  startSimulator,
} from '#simulate';
import { untilTold } from '../until-told.ts';
import { type Command, UsageError } from './command.ts';

export const simulate: Command = {
  summary: 'serve clips as RTSP cameras, with faults on demand',
  parameters: simulateParameters,
  about: `Plays MP4 files (H.264, H.265) in an endless loop as N cameras over RTSP (TCP, interleaved), each with its own phase.
With --control it takes faults while it runs: POST /faults, DELETE /faults, GET /stats (docs/ref/simulate.md).
Ctrl-C ends it.`,
  async run(words) {
    const { options, controlPort } = parsed(words);
    const simulator = await startSimulator(options);
    const control = controlPort === undefined ? undefined : await startControl(simulator, controlPort);
    const [first] = simulator.cameras();
    process.stdout.write(`${options.cameras.length} cameras, the first at ${first?.url}\n`);
    if (control !== undefined) process.stdout.write(`faults and figures at ${control.url}\n`);
    await untilTold();
    await control?.close();
    await simulator.close();
    return 0;
  },
};

function parsed(words: readonly string[]): SimulateCommand {
  try {
    return parseSimulateWords(words);
  } catch (failure) {
    const error = asNgatuError(failure);
    throw error.code === 'SIMULATE_USAGE' ? new UsageError(error.message) : error;
  }
}
