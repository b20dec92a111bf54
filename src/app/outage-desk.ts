import { asNgatuError, type Clock, type Lifetime, type Log } from '#base';
import { createOutageWatch, type Outage, type PlacedState } from '#health';
import type { History } from '#store';
import type { Fleet } from './fleet.ts';

/** Looks for what lost cameras share, and takes what begins, grows and ends to history. */
export interface OutageDesk extends Lifetime {
  /** A camera's state has changed. */
  changed(): void;
  standing(): readonly Outage[];
}

export interface OutageDeskParts {
  readonly fleet: Pick<Fleet, 'cameras' | 'state' | 'onChange'>;
  readonly history: Pick<History, 'outages'>;
  readonly clock: Clock;
  readonly log: Log;
}

const LOOK_EVERY_MS = 2_000;

/** Goes on with what stood when the program ended. */
export async function openOutageDesk({ fleet, history, clock, log }: OutageDeskParts): Promise<OutageDesk> {
  const watch = createOutageWatch(await history.outages.standing());
  let places: readonly Pick<PlacedState, 'camera' | 'domain' | 'host'>[] = [];
  let stale = false;

  const configured = fleet.onChange(() => {
    places = fleet.cameras().map(({ id, domain, streams }) => ({
      ...{ camera: id, domain },
      host: hostOf((streams.sub ?? streams.main).url),
    }));
    stale = true;
  });
  const look = (): void => {
    if (!stale && !watch.holds()) return;
    stale = false;
    const now = clock.now();
    const states = places.map((place): PlacedState => {
      const { state, since } = fleet.state(place.camera) ?? { state: 'connecting', since: now };
      return { ...place, state, since };
    });
    for (const change of watch.look(states, now)) {
      const { scope, name, down, cameras } = change.outage;
      log.warn({ scope, name, down, cameras }, `outage ${change.change}`);
      history.outages.record(change).catch((failure: unknown) => {
        log.error({ scope, name, error: asNgatuError(failure).message }, 'an outage was not stored');
      });
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    changed() {
      stale = true;
    },
    standing: () => watch.standing(),
    close() {
      clearInterval(timer);
      void configured.close();
    },
  };
}

function hostOf(url: string): string {
  return new URL(url).hostname;
}
