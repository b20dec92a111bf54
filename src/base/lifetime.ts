/** Whatever opens returns one of these. `close` may be called twice; the second call does nothing. */
export interface Lifetime {
  close(): void | Promise<void>;
}

/** Lifetimes that belong together: closed in reverse order of opening, every one even if another fails. */
export interface Lifetimes extends Lifetime {
  /** Keeps `opened` until close and hands it back, so that opening and keeping is one expression. */
  keep<T extends Lifetime>(opened: T): T;
  close(): Promise<void>;
}

export function lifetimes(): Lifetimes {
  const open: Lifetime[] = [];
  let closing: Promise<void> | undefined;
  return {
    keep(opened) {
      open.push(opened);
      return opened;
    },
    close() {
      closing ??= closeAll(open);
      return closing;
    },
  };
}

async function closeAll(open: Lifetime[]): Promise<void> {
  const failures: unknown[] = [];
  for (let last = open.pop(); last !== undefined; last = open.pop()) {
    try {
      await last.close();
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'several parts failed to close');
}

/** A lifetime from a function that runs once. */
export function lifetime(end: () => void | Promise<void>): Lifetime {
  let ended: void | Promise<void>;
  let called = false;
  return {
    close() {
      if (!called) {
        called = true;
        ended = end();
      }
      return ended;
    },
  };
}
