/** Waits longer after every failure, never in step with others: 0.5 s to 10 s. */
export function createRetry(attempt: () => void): { failed(): void; succeeded(): void; stop(): void } {
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    failed() {
      const most = Math.min(10_000, 500 * 2 ** failures++);
      clearTimeout(timer);
      timer = setTimeout(attempt, most * (0.5 + Math.random() / 2));
    },
    succeeded() {
      failures = 0;
    },
    stop: () => clearTimeout(timer),
  };
}

export function socketUrl(path: string): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
}
