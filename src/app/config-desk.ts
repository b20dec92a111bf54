import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rename, stat, writeFile } from 'node:fs/promises';
import { asNgatuError, type Lifetime, type Log } from '#base';
import type { ConfigOutcome, ConfigDesk as WebConfigDesk } from '#web';
import {
  type Configuration,
  compareConfigurations,
  formatProblem,
  hasHiddenSecrets,
  type Loaded,
  withoutSecrets,
  withSecrets,
} from './config/index.ts';
import type { Fleet } from './fleet.ts';

/** The configuration as a file that people and programs edit while everything runs. */
export interface ConfigDesk extends WebConfigDesk, Lifetime {}

export interface ConfigDeskParts {
  /** The file named on the command line. */
  readonly file: string;
  readonly fleet: Fleet;
  readonly log: Log;
  /** Reads the files off this thread; with `text`, as if that stood in the first of them. */
  readonly load: (text?: string) => Promise<Loaded>;
  /** Gives simulated cameras their addresses. */
  readonly place: (configuration: Configuration) => Promise<Configuration>;
}

const LOOK_MS = 2_000;

export function createConfigDesk(parts: ConfigDeskParts): ConfigDesk {
  const { file, fleet, log } = parts;
  let turn: Promise<unknown> = Promise.resolve();
  let seen = '';
  /** One change at a time, in the order in which they came. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };

  const outcome = async (loaded: Loaded, revision: string, apply: boolean): Promise<ConfigOutcome> => {
    if (loaded.configuration === undefined)
      return { applied: false, revision, added: [], removed: [], changed: [], mistakes: loaded.problems };
    const placed = apply ? await parts.place(loaded.configuration) : loaded.configuration;
    const { added, removed, changed } = apply
      ? await fleet.apply(placed)
      : compareConfigurations(unplaced(fleet.configuration), loaded.configuration);
    return {
      applied: apply,
      revision,
      added: added.map(({ camera }) => camera.id),
      removed,
      changed: changed.map(({ camera, fields }) => ({ camera: camera.camera.id, fields })),
      mistakes: [],
    };
  };

  const reload = async (): Promise<void> => {
    const stamp = await stampOf(fleet.configuration.files);
    if (stamp === seen) return;
    const first = seen === '';
    seen = stamp;
    if (first) return;
    const loaded = await parts.load();
    for (const problem of loaded.problems) log.error(formatProblem(problem));
    const { applied, added, removed, changed } = await outcome(
      loaded,
      '',
      loaded.configuration !== undefined,
    );
    if (applied)
      log.info(
        { added: added.length, removed: removed.length, changed: changed.length },
        'configuration changed',
      );
    else
      log.error({ problems: loaded.problems.length }, 'the configuration has mistakes; the one before stays');
  };
  const timer = setInterval(() => {
    inTurn(reload).catch((failure: unknown) => log.error({ err: asNgatuError(failure) }, 'not reloaded'));
  }, LOOK_MS);

  return {
    async read() {
      const text = readFileSync(file, 'utf8');
      return { revision: revisionOf(text), yaml: withoutSecrets(text) };
    },
    change: ({ yaml, revision, dryRun, by }) =>
      inTurn(async () => {
        const original = readFileSync(file, 'utf8');
        if (revision !== undefined && revision !== revisionOf(original)) return 'stale';
        const text = withSecrets(yaml, original);
        if (hasHiddenSecrets(text)) return hiddenSecret(file, revisionOf(original));
        const loaded = await parts.load(text);
        const apply = !dryRun && loaded.configuration !== undefined;
        if (apply) await replaceFile(file, text, original);
        const result = await outcome(loaded, revisionOf(apply ? text : original), apply);
        if (apply) {
          seen = await stampOf(fleet.configuration.files);
          log.info(
            {
              by,
              added: result.added.length,
              removed: result.removed.length,
              changed: result.changed.length,
            },
            'configuration changed',
          );
        }
        return result;
      }),
    close: () => clearInterval(timer),
  };
}

function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The text before stays beside it, so that a change can be taken back by hand. */
async function replaceFile(file: string, text: string, original: string): Promise<void> {
  await writeFile(`${file}.previous`, original, { mode: 0o600 });
  await writeFile(`${file}.new`, text, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

async function stampOf(files: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found === undefined ? '-' : `${found.mtimeMs}/${found.size}`;
    }),
  );
  return stamps.join(' ');
}

/** Simulated cameras as the file has them: without the address that they were given. */
function unplaced(configuration: Configuration): Configuration {
  return {
    ...configuration,
    cameras: configuration.cameras.map((one) =>
      one.simulate === undefined
        ? one
        : {
            ...one,
            camera: {
              ...one.camera,
              streams: { main: { url: `rtsp://simulated/${one.camera.id}` }, sub: undefined },
            },
          },
    ),
  };
}

function hiddenSecret(file: string, revision: string): ConfigOutcome {
  const mistake = {
    file,
    line: undefined,
    message: "a password reads '[secret]' but was never known",
    suggestion: 'write the password, or name an environment variable',
  };
  return { applied: false, revision, added: [], removed: [], changed: [], mistakes: [mistake] };
}
