/**
 * One camera, from the road to the operator. Read from top to bottom it is the whole program:
 *
 *     camera ──RTSP──▶ ingest ──access units──▶ hub ──┬─▶ wall (one socket an operator), stills, clips
 *                                                     └─▶ perception ──observations──▶ rules ──▶ second look ──▶ incidents, traffic
 */
import { type Clock, type Lifetime, lifetimes } from '#base';
import type { Camera } from '#camera';
import type { CameraHealth, PictureState } from '#health';
import type { Ingest, PulledStream } from '#ingest';
import type { Hub } from '#live';
import type { Observation, Perception } from '#perception';
import type { PictureWatch } from '#preview';
import { createRuleEngine, type RuleEngine, type RuleOutcome } from '#rules';
import type { ConfiguredCamera } from './config/index.ts';
import type { IncidentDesk } from './incident-desk.ts';
import type { LagMeter } from './lag-meter.ts';
import type { SecondLooks } from './second-look.ts';
import type { TrafficDesk } from './traffic-desk.ts';

export interface PathParts {
  readonly clock: Clock;
  readonly ingest: Ingest;
  readonly hub: Hub;
  readonly health: CameraHealth;
  readonly perception: Perception | undefined;
  /** In front of an alarm; there as `perception` is. */
  readonly looks: SecondLooks | undefined;
  /** Looks now and then at the pictures of cameras that are not analysed. */
  readonly pictures: PictureWatch;
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

  // hub ─▶ perception ─▶ rules ─▶ second look ─▶ incidents, traffic; or a glance now and then
  let judging = judge(configured, parts);
  return {
    stream,
    get engine() {
      return judging.engine;
    },
    analyse(changed) {
      void judging.close();
      if (changed.camera.analysis === undefined) parts.incidents.abandon(changed.camera, parts.clock.now());
      judging = judge(changed, parts);
    },
    async close() {
      await judging.close();
      await path.close();
    },
  };
}

interface Judging extends Lifetime {
  readonly engine: RuleEngine | undefined;
}

function judge(configured: ConfiguredCamera, parts: PathParts): Judging {
  const { camera, rules } = configured;
  const { analysis } = camera;
  const { perception, looks } = parts;
  if (analysis === undefined || rules === undefined || perception === undefined || looks === undefined) {
    const glance = parts.pictures.watch({ camera: camera.id, stream: camera.id, location: camera.location });
    return { engine: undefined, close: () => glance.close() };
  }
  const { hub, incidents, traffic, health, clock } = parts;
  const life = lifetimes();
  const engine = createRuleEngine({
    camera: camera.id,
    scene: analysis.scene,
    settings: rules,
    utcOffsetMinutes: parts.utcOffsetMinutes,
    learned: traffic.learned(camera.id),
  });
  const judged = (outcome: RuleOutcome): void => {
    gate.take(outcome);
    traffic.take(camera, outcome);
  };
  const observe = (observation: Observation): void => {
    const seen = pictureState(observation);
    health.picture(camera.id, seen, `The detector sees it: ${seen}.`, observation.capturedAt);
    traffic.observed(observation);
    judged(engine.observe(observation));
    parts.lag.saw(clock.now() - observation.capturedAt);
  };

  // What was open before a restart goes on, or is told to have ended.
  for (const change of engine.resume(incidents.open(camera.id), clock.now())) incidents.take(camera, change);
  const eyes = life.keep(perception.watch(camera, observe));
  const gate = looks.gate({
    camera,
    attend: (until) => eyes.attend(until),
    tell: (change, look) => incidents.take(camera, change, look),
  });
  life.keep(hub.keep(camera.id, KEPT_SECONDS));
  life.keep(hub.read(camera.id, eyes, { from: 'live', demand: 'prompt', borrows: true }));
  life.keep(traffic.everySecond((now) => judged(engine.tick(now))));
  life.keep(traffic.learning(camera.id, () => engine.learned()));
  life.keep(gate);
  return { engine, close: () => life.close() };
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
function pictureState({ quality }: Observation): PictureState {
  return quality === 'poor' ? 'good' : quality;
}
