import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { WALL_LIMITS } from './port.ts';

it('docs/ref/wall.md names every message, error code and bound', async () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
  const docs = await read('../../../docs/ref/wall.md');
  const source = await read('../wall-messages.ts');
  const types = [...source.matchAll(/readonly type: '(\w+)'/g)].map(([, type]) => type!);
  const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code]) => code!);
  expect(types).toHaveLength(7);
  expect(codes).toHaveLength(8);
  const { channels, requestsAtOnce, requestsPerSecond, silentMs, window } = WALL_LIMITS;
  const bounds = [
    `at most ${channels} at a time`,
    `Beyond ${requestsAtOnce} requests at once and ${requestsPerSecond} a second`,
    `no ping for ${silentMs / 1000} s`,
    `at most ${window.largestBytes / 2 ** 20} MiB`,
    `in ${window.delayMs} ms`,
  ];
  const text = docs.replaceAll(/\s+/g, ' ');
  expect([...types, ...codes, ...bounds].filter((name) => !text.includes(name))).toEqual([]);
});
