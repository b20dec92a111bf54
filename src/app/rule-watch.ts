import type { RuleState, RuleWatch } from '#web';
import type { Fleet } from './fleet.ts';

/** What the rules of every analysed camera see now, lane group by lane group. */
export function watchRules(fleet: Fleet): RuleWatch {
  return {
    states: () =>
      fleet.cameras().flatMap((camera): RuleState[] => {
        const status = fleet.path(camera.id)?.engine?.status();
        if (status === undefined) return [];
        const suspended =
          status.suspended !== undefined
            ? `picture is ${status.suspended.quality}`
            : status.learning
              ? 'learning'
              : undefined;
        return status.groups.map(({ group, signal: _, ...measures }) => ({
          camera: camera.id,
          rule: 'congestion',
          place: group,
          suspended,
          measures: onlyNumbers(measures),
        }));
      }),
  };
}

function onlyNumbers(measures: Readonly<Record<string, unknown>>): Record<string, number> {
  const numbers = Object.entries(measures).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return Object.fromEntries(numbers);
}
