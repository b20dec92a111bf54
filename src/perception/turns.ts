/** What waits for the network: at most one picture a camera, the newest. */
export interface Turns<Key, Item> {
  /** Puts a picture in line; the one of the same camera that waited is given back, it will not be looked at. */
  offer(key: Key, item: Item): Item | undefined;
  /** The picture whose turn it is; its camera gets no other turn before `done`. */
  take(): Item | undefined;
  done(key: Key): void;
  /** Forgets a camera; what waited is given back. */
  remove(key: Key): Item | undefined;
  readonly waiting: number;
}

/** Cameras take turns: of those with a picture waiting, the one whose last turn is longest ago. Pure. */
export function createTurns<Key, Item>(): Turns<Key, Item> {
  const places = new Map<Key, { item: Item | undefined; busy: boolean; lastTurn: number }>();
  let turn = 0;
  let waiting = 0;
  return {
    get waiting() {
      return waiting;
    },
    offer(key, item) {
      const place = places.get(key);
      if (place === undefined) {
        places.set(key, { item, busy: false, lastTurn: 0 });
        waiting++;
        return undefined;
      }
      const older = place.item;
      if (older === undefined) waiting++;
      place.item = item;
      return older;
    },
    take() {
      let next: { item: Item | undefined; busy: boolean; lastTurn: number } | undefined;
      for (const place of places.values())
        if (place.item !== undefined && !place.busy && (next === undefined || place.lastTurn < next.lastTurn))
          next = place;
      if (next === undefined) return undefined;
      const { item } = next;
      Object.assign(next, { item: undefined, busy: true, lastTurn: ++turn });
      waiting--;
      return item;
    },
    done(key) {
      const place = places.get(key);
      if (place !== undefined) place.busy = false;
    },
    remove(key) {
      const item = places.get(key)?.item;
      if (item !== undefined) waiting--;
      places.delete(key);
      return item;
    },
  };
}
