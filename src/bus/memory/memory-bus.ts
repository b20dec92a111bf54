import { type Log, lifetime } from '#base';
import type { Bus } from '../port.ts';

/** Facts within one process. */
export function createMemoryBus<Facts extends object>(log: Log): Bus<Facts> {
  const takers = new Map<keyof Facts, Set<(fact: never) => void>>();
  return {
    publish(topic, fact) {
      for (const take of takers.get(topic) ?? []) {
        try {
          take(fact as never);
        } catch (failure) {
          log.error({ err: failure, topic: String(topic) }, 'a subscriber failed');
        }
      }
    },
    subscribe(topic, take) {
      const set = takers.get(topic) ?? new Set();
      takers.set(topic, set);
      set.add(take);
      return lifetime(() => void set.delete(take));
    },
  };
}
