/**
 * A child process for the test of `kill -9`: writes incidents, acts and camera states as fast as they are acknowledged and
 * prints a line for each only after its promise resolved. The folder is its one argument.
 */
import { writeSync } from 'node:fs';
import { createLog, systemClock } from '#base';
import { openSqliteHistory } from '#store';

const dir = process.argv[2] ?? '';
const history = await openSqliteHistory({ dir, clock: systemClock, log: createLog() });
const camera = { camera: 'cam-1', name: 'Cam', domain: 'traffic' };

/** Straight to the pipe: what was written before the kill is there after it. */
const say = (line: string) => void writeSync(1, `${line}\n`);

async function write(lane: number): Promise<never> {
  for (let i = 0; ; i++) {
    const id = `i-${lane}-${i}`;
    const at = Date.now();
    const { sequence } = await history.incidents.record(
      {
        change: 'opened',
        incident: {
          ...{
            id,
            kind: 'congestion',
            severity: 'minor',
            camera: 'cam-1',
            place: `lane-${lane}`,
            box: undefined,
          },
          ...{
            path: undefined,
            onsetAt: at,
            detectedAt: at,
            clearedAt: undefined,
            updatedAt: at,
            confidence: 1,
          },
          measures: { congestionIndex: 80 },
        },
      },
      camera,
    );
    say(`incident ${id} ${sequence}`);
    if (i % 3 === 0) {
      await history.incidents.act(id, { action: 'note', text: `note ${id}` }, 'lan');
      say(`note ${id}`);
    }
    if (i % 5 === 0) {
      const minuteAt = Math.floor(at / 60_000) * 60_000 - i * 60_000;
      const lanes = {
        camera: 'cam-1',
        lane: `lane-${lane}`,
        roadUser: 'car',
        direction: 'forward',
        minuteAt,
      } as const;
      const measured = {
        meanSpeedKmh: 40,
        occupancy: 0.5,
        meanHeadwaySeconds: 3,
        queueMetres: 2,
        watchedSeconds: 60,
      };
      await history.traffic.record([{ ...lanes, ...measured, count: i }]);
      say(`traffic lane-${lane} ${minuteAt} ${i}`);
    }
  }
}

say('open');
await Promise.all([0, 1, 2, 3].map(write));
