/** The simulated cameras' own process: takes its options from its parent and ends with it. */
import { asNgatuError } from '#base';
import { type Simulator, type SimulatorOptions, startSimulator } from '#simulate';

export type SimulatedAnswer = { readonly port: number } | { readonly failure: string };

let simulator: Simulator | undefined;
const answer = (message: SimulatedAnswer): void => void process.send?.(message);

process.on('message', async (options: SimulatorOptions) => {
  try {
    simulator = await startSimulator(options);
    answer({ port: [...simulator.ports.values()][0] ?? 0 });
  } catch (failure) {
    answer({ failure: asNgatuError(failure).message });
  }
});
// The parent tells it to end; a terminal's Ctrl-C and a service manager's SIGTERM reach both and are the parent's to answer.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', async () => {
  await simulator?.close();
  process.exit(0);
});
