import type { WebDeps } from '../deps.ts';
import { Refusal } from '../refusal.ts';
import * as contract from './contract/system.ts';
import { jsonRoute, type Route } from './route.ts';

export function configRoutes({ config, log }: WebDeps): readonly Route[] {
  return [
    jsonRoute('GET /api/config', 'configure', {
      summary: 'The configuration as YAML; secrets read `[secret]`.',
      answer: contract.config,
      handle: () => config.read(),
    }),
    jsonRoute('POST /api/config', 'configure', {
      summary:
        'Change the configuration, or with `dryRun` only say what would change. Untouched cameras do not blink.',
      query: contract.configQuery,
      body: contract.configChange,
      bodyLimitBytes: 8 * 1024 * 1024,
      answer: contract.configOutcome,
      async handle({ caller, query, body }) {
        const change = { yaml: body.yaml, revision: body.revision, dryRun: query.dryRun, by: caller.name };
        const outcome = await config.change(change);
        if (outcome === 'stale')
          throw new Refusal(409, 'stale-revision', 'The configuration was changed in between.', {
            detail: 'Read it again and repeat the change.',
          });
        if (outcome.applied)
          log.info(
            { by: caller.name, revision: outcome.revision },
            'the configuration was changed over the API',
          );
        return outcome;
      },
    }),
  ];
}
