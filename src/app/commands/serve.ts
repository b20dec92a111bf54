import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLog, NgatuError } from '#base';
import { openGateway } from '../gateway.ts';
import { projectFolder } from '../places.ts';
import { untilTold } from '../until-told.ts';
import { checkedConfiguration } from './checked-configuration.ts';
import { type Command, parseWords, wholeNumber } from './command.ts';

const options = {
  config: { type: 'string', default: 'streams.yaml' },
  data: { type: 'string', default: 'data' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '8080' },
  cameras: { type: 'string' },
  log: { type: 'string', default: 'info' },
} as const;

export const serve: Command = {
  summary: 'the main job: pull the cameras, watch, serve operators',
  parameters: '[--config FILE] [--data DIR] [--host ADDRESS] [--port N] [--cameras N] [--log LEVEL]',
  about: `Reads streams.yaml, pulls every camera, analyses those that have a scene, and serves the console and the API.
  --config FILE     streams.yaml unless told
  --data DIR        database, evidence and tracks; ./data unless told
  --host ADDRESS    127.0.0.1 unless told; 0.0.0.0 for everybody on the network
  --port N          8080 unless told; 0 takes any free one
  --cameras N       only the first N cameras, the analysed ones first
  --log LEVEL       debug, info, warn, error
NGATU_ADMIN_PASSWORD sets the administrator's password; otherwise one is made up and printed once.`,
  async run(words) {
    const { values } = parseWords(words, options);
    const level = ['debug', 'info', 'warn', 'error'].find((name) => name === values.log) as
      | 'info'
      | undefined;
    if (level === undefined)
      throw new NgatuError('LOG_LEVEL', `--log takes debug, info, warn or error, got '${values.log}'`, {
        kind: 'config',
      });
    const gateway = await openGateway({
      configuration: checkedConfiguration(values.config),
      file: resolve(values.config),
      dataFolder: resolve(values.data),
      host: values.host,
      port: wholeNumber('port', values.port, 0, 65_535) ?? 8080,
      cameras: wholeNumber('cameras', values.cameras, 1, 100_000),
      administratorPassword: process.env.NGATU_ADMIN_PASSWORD,
      version: versionOf(join(projectFolder, 'package.json')),
      log: createLog({ level }),
    });
    process.stdout.write(`Ngatu is at ${gateway.url}\n`);
    if (gateway.newPassword !== undefined)
      process.stdout.write(`first sign-in: user admin, password ${gateway.newPassword} (shown only now)\n`);
    await untilTold();
    await gateway.close();
    return 0;
  },
};

function versionOf(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
