import { threadAnswer } from '../thread-answer.ts';
import type { Loaded, LoadOptions } from './load.ts';

/** `loadConfiguration` on a thread of its own: a city's file takes half a second, which the thread that serves pictures has not. */
export function readConfigurationApart(path: string, options: LoadOptions): Promise<Loaded> {
  const data = { path, options: { ...options, env: { ...options.env } } };
  return threadAnswer(new URL('./read-thread.ts', import.meta.url), data);
}
