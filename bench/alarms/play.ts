import { insidePolygon } from '../../src/base/index.ts';
import type { Scene } from '../../src/camera/index.ts';
import { createTracker } from '../../src/perception/track/tracker.ts';
import {
  createRuleEngine,
  type IncidentChange,
  type RuleSettingsInput,
  ruleSettingsSchema,
} from '../../src/rules/index.ts';
import type { SeenClip } from './seen-clip.ts';

export interface Play {
  readonly scene: Scene;
  readonly settings: RuleSettingsInput;
  /** Pictures looked at a second, each the latest that the clip has. */
  readonly rate: number;
  /** For how long, over and over. */
  readonly seconds: number;
}

/** A change, and when in the play it was told. */
export interface Told extends IncidentChange {
  readonly seconds: number;
}

export interface Played {
  readonly told: readonly Told[];
  /** How long the rules could raise something: not while they learned or the picture was bad. */
  readonly judgedSeconds: number;
  /** Tracks that were in a lane: without any, that nothing was raised says nothing. */
  readonly onRoad: number;
}

const startsAt = Date.UTC(2026, 0, 5, 1);
/** As in service: with less time than this a second the far field waits. */
const unhurried = 4;
const farFieldSeconds = 2;

/** Tracker and rules over a clip that plays in a loop, as in service. */
export function play(clip: SeenClip, { scene, settings, rate, seconds }: Play): Played {
  const tracker = createTracker();
  const engine = createRuleEngine({
    camera: 'bench',
    scene,
    settings: ruleSettingsSchema.parse(settings),
    utcOffsetMinutes: 420,
    learned: undefined,
  });
  const told: Told[] = [];
  const onRoad = new Set<number>();
  let judged = 0;
  const step = clip.picturesPerSecond / rate;
  const aspect = clip.picture.width / clip.picture.height;
  let farAt = Number.NEGATIVE_INFINITY;
  for (let n = 0; n / rate < seconds; n++) {
    const frame = Math.floor(n * step);
    const at = frame / clip.picturesPerSecond;
    const { whole, enlarged, quality } = clip.pictures[frame % clip.pictures.length]!;
    const far = rate >= unhurried || at - farAt >= farFieldSeconds;
    if (far) farAt = at;
    const capturedAt = startsAt + Math.round(at * 1000);
    const tracks = tracker.update(far ? enlarged : whole, capturedAt, aspect);
    const { changes } = engine.observe({ camera: 'bench', capturedAt, tracks, quality });
    told.push(...changes.map((change) => ({ ...change, seconds: at })));
    const { learning, suspended } = engine.status();
    if (!learning && suspended === undefined) judged++;
    for (const { id, box } of tracks) {
      const foot = { x: (box.left + box.right) / 2, y: box.bottom };
      if (scene.lanes.some(({ polygon }) => insidePolygon(foot, polygon))) onRoad.add(id);
    }
  }
  return { told, judgedSeconds: judged / rate, onRoad: onRoad.size };
}
