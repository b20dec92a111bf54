import { resolve } from 'node:path';
import { systemClock as clock, createLog, NgatuError } from '#base';
import { type History, openSqliteHistory, type Role, type Scope } from '#store';
import { type Command, parseWords, UsageError } from './command.ts';

const ROLES: readonly Role[] = ['administrator', 'operator', 'viewer'];
const SCOPES: readonly Scope[] = ['read', 'operate', 'administer', 'metrics'];

const options = {
  data: { type: 'string', default: 'data' },
  role: { type: 'string' },
  scope: { type: 'string' },
} as const;

export const user: Command = {
  summary: 'users and tokens of a data folder',
  parameters: 'list | put NAME [--role ROLE] | remove NAME | token NAME [--scope SCOPE]   [--data DIR]',
  about: `  list           users and tokens
  put NAME       adds a user or changes the password, which is read from NGATU_PASSWORD; roles: ${ROLES.join(', ')}
  remove NAME    ends the user's sessions too
  token NAME     a token for a program, printed once; scopes: ${SCOPES.join(', ')}
Works while the gateway runs.`,
  async run(words) {
    const { values, positionals } = parseWords(words, options, 2);
    const [what = 'list', name] = positionals;
    const history = await openSqliteHistory({
      dir: resolve(values.data),
      clock,
      log: createLog({ level: 'warn' }),
      visitor: true,
    });
    try {
      const said = await act(history.people, what, name, values);
      process.stdout.write(`${said}\n`);
      return 0;
    } finally {
      await history.close();
    }
  },
};

async function act(
  people: History['people'],
  what: string,
  name: string | undefined,
  values: { readonly role?: string | undefined; readonly scope?: string | undefined },
): Promise<string> {
  if (what === 'list') return await list(people);
  if (name === undefined) throw new UsageError(`${what} needs a name`);
  switch (what) {
    case 'put': {
      const password = process.env.NGATU_PASSWORD;
      if (password === undefined || password === '')
        throw new NgatuError('PASSWORD_MISSING', 'set NGATU_PASSWORD to the new password', {
          kind: 'config',
        });
      const { role } = await people.putUser({
        name,
        password,
        role: oneOf('role', ROLES, values.role ?? 'operator'),
      });
      return `${name} is ${role}`;
    }
    case 'remove':
      return (await people.removeUser(name)) ? `${name} is removed` : `there was no user ${name}`;
    case 'token': {
      const scope = oneOf('scope', SCOPES, values.scope ?? 'read');
      const { secret } = await people.addToken({
        name,
        scope,
        createdBy: 'command line',
        expiresAt: undefined,
      });
      return `${secret}   (shown only now)`;
    }
    default:
      throw new UsageError(`expected list, put, remove or token, got '${what}'`);
  }
}

async function list(people: History['people']): Promise<string> {
  const users = (await people.users()).map(({ name, role }) => `user   ${name}  ${role}`);
  const tokens = (await people.tokens()).map(({ id, name, scope }) => `token  ${name}  ${scope}  ${id}`);
  return (
    [...users, ...tokens].join('\n') || 'nobody yet: the gateway makes the first administrator when it starts'
  );
}

function oneOf<T extends string>(option: string, known: readonly T[], given: string): T {
  const found = known.find((one) => one === given);
  if (found === undefined) throw new UsageError(`--${option} takes ${known.join(', ')}, got '${given}'`);
  return found;
}
