import type { Lifetime } from '#base';

/** `Facts` maps each topic to the plain data published under it. */
export interface Bus<Facts extends object> {
  /** Synchronous for subscribers of this process; a subscriber that throws does not stop the others. */
  publish<Topic extends keyof Facts>(topic: Topic, fact: Facts[Topic]): void;
  subscribe<Topic extends keyof Facts>(topic: Topic, take: (fact: Facts[Topic]) => void): Lifetime;
}
