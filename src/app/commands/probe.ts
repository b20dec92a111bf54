import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock as clock } from '#base';
import { type AccessUnit, createIngest, type StreamStateChange } from '#ingest';
import { type Command, parseWords, UsageError, wholeNumber } from './command.ts';

export const probe: Command = {
  summary: 'connect to one camera and say what it sends',
  parameters: 'URL [--user NAME] [--seconds N]   (the password is read from NGATU_CAMERA_PASSWORD)',
  about: `Connects as the gateway would, watches for some seconds (8 unless told) and reports every change of state with its
reason, then what came: codec, size, pictures and bits a second, keyframe interval, losses, the camera's clock.
Exit code 0: pictures came; 1: none did. The password is not taken from the command line, where others can read it.`,
  async run(words) {
    const { values, positionals } = parseWords(
      words,
      { user: { type: 'string' }, seconds: { type: 'string' } },
      1,
    );
    const url = URL.parse(positionals[0] ?? '');
    if (url === null || !/^rtsps?:$/.test(url.protocol))
      throw new UsageError('expected rtsp://… or rtsps://…');
    if (url.username !== '' || url.password !== '')
      throw new UsageError('leave user and password out of the URL: give --user and NGATU_CAMERA_PASSWORD');
    const seconds = wholeNumber('seconds', values.seconds, 1, 600) ?? 8;
    const credentials =
      values.user === undefined
        ? undefined
        : { user: values.user, password: process.env.NGATU_CAMERA_PASSWORD ?? '' };

    const units: AccessUnit[] = [];
    const began = clock.monotonicMs();
    const say = (text: string): void => {
      process.stdout.write(`${((clock.monotonicMs() - began) / 1000).toFixed(2).padStart(6)} s  ${text}\n`);
    };
    const ingest = createIngest({ clock });
    const stream = ingest.open(
      { id: 'probe', camera: 'probe', source: { url: url.href }, credentials, priority: 'first' },
      {
        write: (unit) => void units.push(unit),
        state: ({ state, reason }: StreamStateChange) => say(`${state}: ${reason}`),
      },
    );
    stream.demand('prompt');
    await sleep(seconds * 1000);
    for (const line of report(units, stream.stats())) say(line);
    await ingest.close();
    return units.length > 0 ? 0 : 1;
  },
};

interface Figures {
  readonly packets: number;
  readonly packetsLost: number;
  readonly picturesDamaged: number;
  readonly clockOffsetMs: number | undefined;
  readonly jitterMs: number | undefined;
}

function report(units: readonly AccessUnit[], stats: Figures): string[] {
  const [first, last] = [units[0], units.at(-1)];
  if (first === undefined || last === undefined) return [`no picture; ${stats.packets} packets came`];
  const seconds = Math.max(0.001, (last.receivedAt - first.receivedAt) / 1000);
  const bytes = units.reduce((sum, { data }) => sum + data.length, 0);
  const keyframes = units.filter(({ keyframe }) => keyframe);
  const gaps = keyframes.slice(1).map(({ pts90k }, i) => (pts90k - keyframes[i]!.pts90k) / 90_000);
  const interval =
    gaps.length === 0 ? 'seen once' : `every ${(gaps.reduce((a, b) => a + b, 0) / gaps.length).toFixed(2)} s`;
  const { codec, mimeCodec, width, height } = last.format;
  const offset =
    stats.clockOffsetMs === undefined
      ? 'sends no sender reports'
      : `is ${(stats.clockOffsetMs / 1000).toFixed(3)} s off ours`;
  return [
    `${codec} (${mimeCodec}), ${width}x${height}`,
    `${((units.length - 1) / seconds).toFixed(1)} pictures/s, ${((8 * bytes) / seconds / 1000).toFixed(0)} kbit/s, keyframes ${interval}`,
    `${stats.packets} packets, ${stats.packetsLost} lost, ${stats.picturesDamaged} pictures damaged, jitter ${stats.jitterMs?.toFixed(1) ?? '?'} ms`,
    `the camera's clock ${offset}`,
  ];
}
