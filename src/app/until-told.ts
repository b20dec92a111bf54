/** Resolves with the first of SIGINT and SIGTERM. A second one ends the program at once, for people in a hurry. */
export function untilTold(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const told = (signal: NodeJS.Signals): void => {
      resolve(signal);
      process.once('SIGINT', () => process.exit(130));
      process.once('SIGTERM', () => process.exit(143));
    };
    process.once('SIGINT', told);
    process.once('SIGTERM', told);
  });
}
