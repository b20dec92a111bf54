/**
 * A child that simulates a city of cameras: 640x360, 15 pictures a second, 500 kbit/s, a keyframe every two seconds.
 * The first `behindSwitch` of them stand on an address of their own, so that they can be lost together.
 */
import { type FaultRequest, startSimulator } from '#simulate';
import { tinyClip } from '../test/support/index.ts';
import { answer } from './child.ts';

const CLIPS = 9;

const cameras = Number(process.argv[2]);
const picturesPerWrite = Number(process.argv[3] ?? 1);
const behindSwitch = Number(process.argv[4] ?? 0);
const [here, there] = ['127.0.0.1', '127.0.0.2'];
const recipe = { width: 640, height: 360, kbitPerSecond: 490 };
const clips: string[] = [];
for (let nth = 0; nth < CLIPS; nth++) clips.push(await tinyClip({ ...recipe, seconds: 60 + nth }));
const simulator = await startSimulator({
  picturesPerWrite,
  hosts: behindSwitch > 0 ? [here, there] : [here],
  cameras: Array.from({ length: cameras }, (_, nth) => ({
    name: `camera${nth}`,
    clip: clips[nth % CLIPS]!,
    host: nth < behindSwitch ? there : here,
  })),
});

answer(
  {
    port: () => simulator.ports.get(here),
    ports: () => [here, there].map((host) => simulator.ports.get(host) ?? 0),
    stats: () => simulator.stats(),
    fault: (request: FaultRequest) => simulator.fault(request).then(({ id }) => id),
    endFault: (id: number) => simulator.endFault(id),
    dials: (since: number) => simulator.dials(since),
  },
  () => simulator.close(),
);
