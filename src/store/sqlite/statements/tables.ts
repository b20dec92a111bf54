import * as cameraReads from './camera-reads.ts';
import * as cameraWrites from './camera-writes.ts';
import type { ReadContext, WriteContext } from './context.ts';
import * as eventReads from './event-reads.ts';
import * as incidentReads from './incident-reads.ts';
import * as incidentWrites from './incident-writes.ts';
import * as learned from './learned-work.ts';
import * as outages from './outage-work.ts';
import * as people from './people-work.ts';
import * as trafficReads from './traffic-reads.ts';
import * as trafficWrites from './traffic-writes.ts';
import * as trimming from './trimming.ts';

/** All that the writing thread does, by the name by which it is asked. */
export const writes = {
  recordIncident: incidentWrites.recordIncident,
  actOnIncident: incidentWrites.actOnIncident,
  recordEvidence: incidentWrites.recordEvidence,
  linkIncidents: incidentWrites.linkIncidents,
  recordCameraState: cameraWrites.recordCameraState,
  recordCameraRemoved: cameraWrites.recordCameraRemoved,
  recordOutage: outages.recordOutage,
  beat: cameraWrites.beat,
  recordMinutes: trafficWrites.recordMinutes,
  packHour: trafficWrites.packHour,
  recordLearned: learned.recordLearned,
  putUser: people.putUser,
  removeUser: people.removeUser,
  openSession: people.openSession,
  extendSession: people.extendSession,
  closeSession: people.closeSession,
  addToken: people.addToken,
  removeToken: people.removeToken,
  useToken: people.useToken,
  trimStep: trimming.trimStep,
} satisfies Readonly<Record<string, (context: WriteContext, args: never) => Promise<unknown>>>;

/** All that the reading threads do. */
export const reads = {
  getIncident: incidentReads.getIncident,
  listIncidents: incidentReads.listIncidents,
  incidentTotals: incidentReads.incidentTotals,
  incidentQuality: incidentReads.incidentQuality,
  listCameraStates: cameraReads.listCameraStates,
  cameraUptime: cameraReads.cameraUptime,
  listOutages: outages.listOutages,
  standingOutages: outages.standingOutages,
  listCounts: trafficReads.listCounts,
  listTurns: trafficReads.listTurns,
  readEvents: eventReads.readEvents,
  getLearned: learned.getLearned,
  listUsers: people.listUsers,
  findUser: people.findUser,
  findSecret: people.findSecret,
  listTokens: people.listTokens,
} satisfies Readonly<Record<string, (context: ReadContext, args: never) => Promise<unknown>>>;

type Work = Readonly<Record<string, (context: never, args: never) => Promise<unknown>>>;

export type Writes = typeof writes;
export type Reads = typeof reads;
export type Args<W extends Work, Name extends keyof W> = Parameters<W[Name]>[1];
export type Answer<W extends Work, Name extends keyof W> = Awaited<ReturnType<W[Name]>>;
