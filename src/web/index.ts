/**
 * web: HTTP, the wall's and the events' sockets, the console's files. In: requests; out: answers and messages as in
 * api/contract.ts. Runs in the serving process. Never touches a stream, a rule or the database but through `WebDeps`.
 */
export { createWeb, type Web } from './create-web.ts';
export type {
  CameraFigures,
  ConfigDesk,
  ConfigMistake,
  ConfigOutcome,
  EvidenceFiles,
  Fleet,
  LiveState,
  RuleState,
  RuleWatch,
  SceneDesk,
  Site,
  Still,
  Stills,
  Viewer,
  Wall,
  WebDeps,
  WebOptions,
} from './deps.ts';
