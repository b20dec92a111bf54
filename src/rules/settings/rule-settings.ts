import { z } from 'zod';
import { ruleSchema } from './day-profile.ts';

const seconds = (fallback: number) => z.number().min(0).max(86_400).default(fallback);
const metres = (fallback: number) => z.number().min(0).max(1_000).default(fallback);
const share = (fallback: number) => z.number().min(0).max(1).default(fallback);
const index = (fallback: number) => z.number().min(0).max(100).default(fallback);
const weight = (fallback: number) => z.number().min(0).max(10).default(fallback);
const vehicleKinds = z
  .array(z.enum(['car', 'motorbike', 'bus', 'truck', 'bicycle']))
  .default(['car', 'motorbike', 'bus', 'truck']);

/** Raised above `raiseAt` for `dwellSeconds`, cleared below `clearAt` for `clearSeconds`; the index runs from 0 to 100. */
const congestion = ruleSchema({
  raiseAt: index(55),
  clearAt: index(35),
  /** Before a signal, what the queue needs to start is added. */
  dwellSeconds: seconds(15),
  clearSeconds: seconds(10),
  /** Fewer vehicles at once are no congestion, however they stand. */
  minVehicles: z.number().int().min(1).max(50).default(3),
  /** From this index on it is major instead of minor. */
  majorAt: index(75),
});

/** A standing queue of at least `minVehicles` whose tail is at a drawn spill-back line. */
const queueSpillback = ruleSchema({
  dwellSeconds: seconds(8),
  clearSeconds: seconds(8),
  reachMetres: metres(4),
  minVehicles: z.number().int().min(1).max(50).default(3),
});

/** Where it stands decides: in a lane, on a shoulder, in a forbidden zone. */
const stoppedVehicle = ruleSchema({
  dwellSeconds: seconds(10),
  /** A bus lets people in and out. */
  busDwellSeconds: seconds(30),
  kinds: vehicleKinds,
  /** A vehicle standing with less free road than this to the one before it belongs to a queue. */
  queueGapMetres: metres(7),
  /** Its place must have been looked at and found empty for this long before it has gone. */
  emptySeconds: seconds(4),
});

const wrongWay = ruleSchema({
  minMetres: metres(10),
  minSpeedKmh: z.number().min(0).max(100).default(6),
  clearSeconds: seconds(6),
});

/** Two levels, as shares of the free-flow speed: below `minorBelow` a minor incident, below `majorBelow` a major one. */
const slowTraffic = ruleSchema({
  minorBelow: share(0.5),
  majorBelow: share(0.3),
  clearAbove: share(0.6),
  dwellSeconds: seconds(20),
  clearSeconds: seconds(20),
  minVehicles: z.number().int().min(1).max(50).default(4),
});

const pedestrian = ruleSchema({
  dwellSeconds: seconds(3),
  clearSeconds: seconds(5),
  /** Share of its detections that must say person. */
  minPersonShare: share(0.8),
  maxSpeedKmh: z.number().min(0).max(30).default(9),
});

const life = z.strictObject({
  /** An open incident is told of again at most this often, unless its severity changes. */
  updateSeconds: seconds(10),
  /** What begins again at its place within this time after it was cleared is the same incident. */
  graceSeconds: seconds(15),
  /** A camera that opens more than this many within `floodSeconds` is held back and says so. */
  floodIncidents: z.number().int().min(1).max(1_000).default(20),
  floodSeconds: seconds(600),
});

const signals = z.strictObject({
  /** The longest red that is believed of a signal before it has been learned, where the scene names none. */
  assumedRedSeconds: seconds(75),
  /** Reds longer than this are not learned: the queue stood for another reason. */
  longestRedSeconds: seconds(180),
});

const traffic = z.strictObject({
  /** Road users as passenger cars: what weighs in the congestion index. */
  passengerCarUnits: z
    .strictObject({
      car: weight(1),
      motorbike: weight(0.3),
      bus: weight(2.5),
      truck: weight(2),
      bicycle: weight(0.25),
      person: weight(0),
    })
    .prefault({}),
  /** Free flow until a lane has been learned, where the scene names none. */
  freeFlowKmh: z.number().min(5).max(130).default(36),
});

const watching = z.strictObject({
  /** After a start, a bad picture or a jump in it nothing new is raised for this long, while what stands there is learned. */
  learnSeconds: seconds(8),
  /** A longer gap between two pictures is a new start. */
  gapSeconds: seconds(5),
});

/** Everything that can be set about the rules of one camera; `{}` is a complete setting. Speeds in km/h, lengths in metres. */
export const ruleSettingsSchema = z.strictObject({
  congestion: congestion.prefault({}),
  queueSpillback: queueSpillback.prefault({}),
  stoppedVehicle: stoppedVehicle.prefault({}),
  wrongWay: wrongWay.prefault({}),
  slowTraffic: slowTraffic.prefault({}),
  pedestrian: pedestrian.prefault({}),
  life: life.prefault({}),
  signals: signals.prefault({}),
  traffic: traffic.prefault({}),
  watching: watching.prefault({}),
});

export type RuleSettings = z.infer<typeof ruleSettingsSchema>;
/** What a person writes: every figure may be left out. */
export type RuleSettingsInput = z.input<typeof ruleSettingsSchema>;
