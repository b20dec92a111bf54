/**
 * simulate: cameras that are not there. Clips in, RTSP 1.0 over TCP (interleaved) out: as many cameras as wanted, each with its own
 * phase, SSRC, sequence numbers and timestamps, and faults on command while it runs.
 *
 *     const simulator = await startSimulator({ cameras: [{ name: 'hk/101', clip: 'day.mp4', user: 'admin', password: 'x' }] });
 *     pull(simulator.url('hk/101'));
 *     const loss = await simulator.fault({ fault: 'loss', fraction: 0.01, cameras: 'hk/*', forSeconds: 20 });
 *     await loss.close();
 *     await simulator.close();
 *
 * Runs in a process of its own where there are many cameras, in a test's process where there are few. Never transcodes what it
 * plays and never stands on the way of a real camera's pictures: nothing but `app`, tests and benches knows it.
 */
export { parseSimulateWords, type SimulateCommand, simulateParameters } from './command-line.ts';
export { type Control, startControl } from './control.ts';
export type { ActiveFault } from './fault/active-faults.ts';
export type { Fault, FaultRequest } from './fault/fault.ts';
export type { SimulatorOptions } from './options.ts';
export { type CameraStats, type Simulator, type SimulatorStats, startSimulator } from './simulator.ts';
export type { Dial } from './tally.ts';
