import { describe, expect, it } from 'vitest';
import { parseSimulateWords } from './command-line.ts';

describe('parseSimulateWords', () => {
  it('deals clips out in turn and hosts in blocks', () => {
    const words =
      '--clip a.mp4 --clip b.mp4 --cameras 4 --host 127.0.0.1 --host 127.0.0.2 --port 8554 --control 0 --pictures-per-write 2';
    expect(parseSimulateWords(words.split(' '))).toEqual({
      controlPort: 0,
      options: {
        hosts: ['127.0.0.1', '127.0.0.2'],
        port: 8554,
        picturesPerWrite: 2,
        cameras: [
          { name: 'camera-1', clip: 'a.mp4', host: '127.0.0.1' },
          { name: 'camera-2', clip: 'b.mp4', host: '127.0.0.1' },
          { name: 'camera-3', clip: 'a.mp4', host: '127.0.0.2' },
          { name: 'camera-4', clip: 'b.mp4', host: '127.0.0.2' },
        ],
      },
    });
  });

  it('gives every camera the same account and habits', () => {
    const words = [
      '--clip',
      'a.mp4',
      '--name',
      'hk/#',
      '--user',
      'u',
      '--password',
      'p',
      '--scheme',
      'basic',
      '--audio',
    ];
    expect(parseSimulateWords(words).options.cameras).toEqual([
      {
        name: 'hk/1',
        clip: 'a.mp4',
        host: '127.0.0.1',
        user: 'u',
        password: 'p',
        schemes: ['basic'],
        audio: true,
      },
    ]);
  });

  it.each([
    [[], /--clip/],
    [['--clip', 'a', '--cameras', '0'], /--cameras/],
    [['--clip', 'a', '--cameras', '1e3'], /1e3/],
    [['--clip', 'a', '--port', '70000'], /65535/],
    [['--clip', 'a', '--cameras', '2', '--name', 'x'], /'#'/],
    [['--clip', 'a', '--colour', 'red'], /colour/],
  ])('says what is wrong with %j', (words, why) => {
    expect(() => parseSimulateWords(words)).toThrow(why);
  });
});
