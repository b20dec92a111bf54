import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulate/index.ts';
import { dialWire, type Wire } from './wire.ts';

/** A simulator whose cameras are handed out one by one, so that tests that run at the same time do not meet. */
export interface SimulatedCameras {
  readonly simulator: Simulator;
  /** The name of a camera that nobody has used. */
  fresh(): string;
  dial(camera: string): Promise<Wire>;
  /** Dials, plays and waits for so many packets of video. */
  playing(camera: string, packets?: number): Promise<Wire>;
  /** Ends the connections as well. */
  close(): Promise<void>;
}

/** 60 cameras of one clip, and those of `options`. */
export async function simulatedCameras(clip: string, options: SimulatorOptions): Promise<SimulatedCameras> {
  const anonymous = Array.from({ length: 60 }, (_, nth) => ({ name: `camera/${nth + 1}`, clip }));
  const simulator = await startSimulator({ ...options, cameras: [...anonymous, ...options.cameras] });
  const wires: Wire[] = [];
  let taken = 0;
  const dial = async (camera: string): Promise<Wire> => {
    const wire = await dialWire(simulator.url(camera));
    wires.push(wire);
    return wire;
  };
  return {
    simulator,
    fresh: () => `camera/${++taken}`,
    dial,
    async playing(camera, packets = 10) {
      const wire = await dial(camera);
      await wire.play();
      await wire.until(() => wire.rtp().length >= packets);
      return wire;
    },
    close: async () => {
      for (const wire of wires) wire.close();
      await simulator.close();
    },
  };
}

/** From each packet's sequence number to the next one's: 1 where nothing is missing. */
export function sequenceSteps(wire: Wire): number[] {
  const numbers = wire.rtp().map(({ sequence }) => sequence);
  return numbers.slice(1).map((sequence, nth) => (sequence - numbers[nth]!) & 0xffff);
}
