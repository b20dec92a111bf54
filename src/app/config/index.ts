/** Reads `streams.yaml` and what it includes; every mistake comes with file, line and a suggestion. */

export { type Changes, compareConfigurations } from './compare.ts';
export type { Configuration, ConfiguredCamera, Dialling, Domain, Site } from './configuration.ts';
export { type Loaded, type LoadOptions, loadConfiguration } from './load.ts';
export { formatProblem, type Problem } from './problem.ts';
export { readConfigurationApart } from './read-apart.ts';
export { hasHiddenSecrets, withoutSecrets, withSecrets } from './secrets.ts';
