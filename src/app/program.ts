import { asNgatuError, withoutUserInfo } from '#base';
import { type Command, UsageError } from './commands/command.ts';

/** The program as a table: a command's file is loaded only when it is asked for. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  simulate: async () => (await import('./commands/simulate.ts')).simulate,
  probe: async () => (await import('./commands/probe.ts')).probe,
  user: async () => (await import('./commands/user.ts')).user,
  check: async () => (await import('./commands/check.ts')).check,
  replay: async () => (await import('./commands/replay.ts')).replay,
};

/** Runs `ngatu <command> …` and returns the exit code: 0 done, 1 failed, 2 not understood. */
export async function runProgram(words: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = words;
  const load = commands[name];
  if (load === undefined) {
    const asked = ['help', '--help', '-h'].includes(name);
    (asked ? process.stdout : process.stderr).write(await usage(asked ? undefined : name));
    return asked ? 0 : 2;
  }
  const command = await load();
  try {
    if (rest.includes('--help') || rest.includes('-h')) {
      process.stdout.write(`ngatu ${name} ${command.parameters}\n\n${command.about}\n`);
      return 0;
    }
    return await command.run(rest);
  } catch (failure) {
    if (failure instanceof UsageError) {
      process.stderr.write(`ngatu ${name}: ${failure.message}\nusage: ngatu ${name} ${command.parameters}\n`);
      return 2;
    }
    const error = asNgatuError(failure);
    process.stderr.write(`ngatu ${name}: ${withoutUserInfo(error.message)}\n`);
    if (error.kind === 'bug') process.stderr.write(`${withoutUserInfo(error.stack ?? '')}\n`);
    return 1;
  }
}

async function usage(unknown: string | undefined): Promise<string> {
  const lines = await Promise.all(
    Object.entries(commands).map(async ([name, load]) => {
      const { summary } = await load();
      return `  ${name.padEnd(10)} ${summary}\n`;
    }),
  );
  const head = unknown === undefined ? '' : `ngatu: there is no command '${unknown}'\n\n`;
  return `${head}usage: ngatu <command> [options]; ngatu <command> --help tells more\n\n${lines.join('')}`;
}
