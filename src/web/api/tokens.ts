import { z } from 'zod';
import type { WebDeps } from '../deps.ts';
import { notFound } from '../refusal.ts';
import type { OpenSockets } from '../sockets/open-sockets.ts';
import * as contract from './contract/access.ts';
import { jsonRoute, plainRoute, type Route } from './route.ts';

const DAY_MS = 86_400_000;

export function tokenRoutes({ clock, history, log }: WebDeps, sockets: OpenSockets): readonly Route[] {
  const { people } = history;
  return [
    jsonRoute('GET /api/tokens', 'manage-tokens', {
      summary: 'Tokens of programs, without their secrets.',
      answer: contract.tokens,
      handle: async () => ({ tokens: await people.tokens() }),
    }),
    jsonRoute('POST /api/tokens', 'manage-tokens', {
      summary: 'A new token; its secret is shown this once.',
      body: contract.newToken,
      answer: contract.shownToken,
      status: 201,
      async handle(call) {
        const { name, scope, expiresInDays } = call.body;
        const expiresAt = expiresInDays === undefined ? undefined : clock.now() + expiresInDays * DAY_MS;
        const shown = await people.addToken({ name, scope, createdBy: call.caller.name, expiresAt });
        log.info({ by: call.caller.name, id: shown.token.id, name, scope }, 'made a token');
        call.header('Cache-Control', 'no-store');
        return shown;
      },
    }),
    plainRoute('DELETE /api/tokens/:id', 'manage-tokens', {
      summary: 'Remove a token. Ends its sockets too.',
      params: z.object({ id: z.string().max(100) }),
      answer: { kind: 'empty' },
      async handle({ params, caller }) {
        if (!(await people.removeToken(params.id))) throw notFound('token');
        sockets.recheck();
        log.info({ by: caller.name, id: params.id }, 'removed a token');
        return { kind: 'empty' };
      },
    }),
  ];
}
