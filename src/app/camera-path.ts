/**
 * One camera, from the road to the operator. Read from top to bottom it is the whole program:
 *
 *     camera ──RTSP──▶ ingest ──access units──▶ hub ──┬─▶ wall (one socket an operator), stills, clips
 *                                                     └─▶ perception ──observations──▶ rules ──▶ incidents, traffic
 */
import { type Clock, type Lifetime, type Lifetimes, lifetimes } from '#base';
import type { Camera } from '#camera';
import type { CameraHealth } from '#health';
import type { Ingest, PulledStream } from '#ingest';
import type { Hub } from '#live';
import type { Observation, Perception } from '#perception';
import { createRuleEngine, type RuleEngine, type RuleOutcome } from '#rules';
import type { ConfiguredCamera } from './config/index.ts';
import type { IncidentDesk } from './incident-desk.ts';
import type { LagMeter } from './lag-meter.ts';
import type { TrafficDesk } from './traffic-desk.ts';

export interface PathParts {
  readonly clock: Clock;
  readonly ingest: Ingest;
  readonly hub: Hub;
  readonly health: CameraHealth;
  readonly perception: Perception | undefined;
  readonly incidents: IncidentDesk;
  readonly traffic: TrafficDesk;
  readonly utcOffsetMinutes: number;
  /** From capture to the rules' verdict. */
  readonly lag: LagMeter;
}

export interface CameraPath extends Lifetime {
  readonly stream: PulledStream;
  /** Of the rules; undefined while the camera is not analysed. */
  readonly engine: RuleEngine | undefined;
  /** Takes another scene, model or thresholds without touching the stream. */
  analyse(configured: ConfiguredCamera): void;
  close(): Promise<void>;
}

/** How much of an analysed camera is kept for evidence: the longest dwell and half a minute before it. */
const KEPT_SECONDS = 60;

export function openCameraPath(configured: ConfiguredCamera, parts: PathParts): CameraPath {
  const { camera } = configured;
  const path = lifetimes();

  const stream = path.keep(
    parts.ingest.open(streamOf(camera), {
      write: (unit) => parts.hub.write(camera.id, unit),
      state: (change) => parts.health.connection({ camera: camera.id, ...change }),
    }),
  );
  path.keep(parts.hub.onDemand(camera.id, (demand) => stream.demand(demand)));

  let analysis = openAnalysis(configured, parts);
  return {
    stream,
    get engine() {
      return analysis?.engine;
    },
    analyse(changed) {
      void analysis?.life.close();
      analysis = openAnalysis(changed, parts);
    },
    async close() {
      await analysis?.life.close();
      await path.close();
    },
  };
}

interface Analysis {
  readonly engine: RuleEngine;
  readonly life: Lifetimes;
}

function openAnalysis({ camera, rules }: ConfiguredCamera, parts: PathParts): Analysis | undefined {
  const { perception, hub, incidents, traffic, health } = parts;
  if (camera.analysis === undefined || rules === undefined || perception === undefined) return undefined;
  const life = lifetimes();
  const { scene } = camera.analysis;
  const engine = createRuleEngine({
    camera: camera.id,
    scene,
    settings: rules,
    utcOffsetMinutes: parts.utcOffsetMinutes,
    learned: traffic.learned(camera.id),
  });
  const judged = (outcome: RuleOutcome): void => {
    for (const change of outcome.changes) incidents.take(camera, change);
    traffic.take(camera, outcome);
  };
  const observe = (observation: Observation): void => {
    health.picture(camera.id, pictureState(observation), 'what the detector sees', observation.capturedAt);
    traffic.observed(observation);
    judged(engine.observe(observation));
    parts.lag.saw(parts.clock.now() - observation.capturedAt);
  };

  for (const change of engine.resume(incidents.open(camera.id), parts.clock.now()))
    incidents.take(camera, change);
  const eyes = life.keep(perception.watch(camera, observe));
  life.keep(hub.keep(camera.id, KEPT_SECONDS));
  life.keep(hub.read(camera.id, eyes, { from: 'live', demand: 'prompt', borrows: true }));
  life.keep(traffic.everySecond((now) => judged(engine.tick(now))));
  life.keep({ close: () => traffic.remember(camera.id, engine.learned()) });
  return { engine, life };
}

function streamOf(camera: Camera) {
  return {
    id: camera.id,
    camera: camera.id,
    source: camera.streams.sub ?? camera.streams.main,
    credentials: camera.credentials,
    priority: camera.analysis === undefined ? ('ordinary' as const) : ('first' as const),
  };
}

/** Poor light is no fault of the camera; the rules hold back by themselves. */
function pictureState({ quality }: Observation) {
  if (quality === 'blinded') return 'black';
  return quality === 'poor' ? 'good' : quality;
}
