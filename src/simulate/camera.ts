import { type Effects, NO_EFFECTS } from './fault/fault.ts';
import type { CameraOptions } from './options.ts';
import type { Program } from './play/position.ts';
import type { Connection } from './rtsp/connection.ts';

export interface CameraCounters {
  pictures: number;
  bytes: number;
  /** Pictures left out because a client did not read. */
  picturesDropped: number;
  /** Requests with credentials that were refused. */
  authenticationFailures: number;
  sessionsStarted: number;
  sessionsTimedOut: number;
}

/** One simulated camera: its own phase and identity, whoever is connected, what ails it at present. */
export class Camera {
  readonly name: string;
  readonly host: string;
  readonly group: string | undefined;
  readonly options: CameraOptions;
  /** Counts cameras from 0: the seed of all that differs between them. */
  readonly index: number;
  readonly ssrc: number;
  /** Everyone whose requests named this camera. */
  readonly connections = new Set<Connection>();
  readonly counters: CameraCounters = {
    pictures: 0,
    bytes: 0,
    picturesDropped: 0,
    authenticationFailures: 0,
    sessionsStarted: 0,
    sessionsTimedOut: 0,
  };
  /** What it plays while no fault puts something else in its place. */
  ownProgram: Program;
  program: Program;
  effects: Effects = NO_EFFECTS;

  constructor(options: CameraOptions, host: string, index: number, program: Program) {
    this.name = options.name;
    this.group = options.group;
    this.options = options;
    this.host = host;
    this.index = index;
    this.ssrc = (0x5a000000 + Math.imul(index + 1, 0x9e3779b1)) >>> 0;
    this.ownProgram = program;
    this.program = program;
  }
}
