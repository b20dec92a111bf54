import type { RoadUser } from '#perception';

/**
 * What the traffic simulation says and the renderer draws: every road user's pose at one moment.
 *
 * Ground frame, metres: the main road runs along y (north positive), the cross road along x (east positive), the centre
 * of the junction is the origin. Traffic keeps right. Headings are radians, counter-clockwise from +x.
 */
export interface Moment {
  /** Since the start of the clip; a clip begins after the simulation's own warm-up. */
  readonly seconds: number;
  readonly movers: readonly Mover[];
  readonly signals: Readonly<Record<ApproachId, SignalColour>>;
}

export type SignalColour = 'red' | 'amber' | 'green';

/** Named after the direction that traffic drives in: `northbound` comes from the south. */
export type ApproachId = 'northbound' | 'southbound' | 'eastbound' | 'westbound';

/** What it looks like; `seed` picks colours, riders and loads. */
export type Body =
  | 'hatchback'
  | 'sedan'
  | 'suv'
  | 'pickup'
  | 'van'
  | 'minibus'
  | 'bus'
  | 'box-truck'
  | 'tarpaulin-truck'
  | 'open-truck'
  | 'motorbike'
  | 'bicycle'
  | 'pedestrian';

export interface Mover {
  /** Unique within a clip, stable over its life. */
  readonly id: number;
  readonly kind: RoadUser;
  readonly body: Body;
  readonly seed: number;
  /** Centre of its footprint. */
  readonly x: number;
  readonly y: number;
  readonly heading: number;
  /** Metres a second along its heading. */
  readonly speed: number;
  /** Roll towards the inside of a curve, radians; two-wheelers only. */
  readonly lean: number;
  /** Nose down under braking, radians. */
  readonly pitch: number;
  readonly braking: boolean;
  readonly indicator: 'left' | 'right' | 'hazard' | 'none';
  readonly length: number;
  readonly width: number;
  readonly height: number;
}

/** Widths and places of the demonstration junction; every number in metres. */
export interface RoadLayout {
  /** Lanes of one direction, counted from the centre line outwards. */
  readonly lanesPerDirection: { readonly main: number; readonly cross: number };
  readonly laneWidth: number;
  /** Paved strip between the outer lane and the kerb, where nobody should stand. */
  readonly shoulderWidth: number;
  /** Distance of the stop lines from the centre, along the approach. */
  readonly stopLineAt: { readonly main: number; readonly cross: number };
  /** Where pedestrians cross: this wide, ending 1 m before the stop line, square across the leg. */
  readonly crossingWidth: number;
  /** Kerbs are rounded at the junction's four corners with this radius; turning vehicles count on it. */
  readonly cornerRadius: number;
  /** How far the main and the cross road reach from the centre. */
  readonly reach: { readonly main: number; readonly cross: number };
}

/** Half the paved width, kerb to centre line. */
export function halfWidth(layout: RoadLayout, road: 'main' | 'cross'): number {
  return layout.lanesPerDirection[road] * layout.laneWidth + layout.shoulderWidth;
}

export const junction: RoadLayout = {
  lanesPerDirection: { main: 2, cross: 1 },
  laneWidth: 3.5,
  shoulderWidth: 1.8,
  stopLineAt: { main: 13, cross: 15 },
  crossingWidth: 3,
  cornerRadius: 5,
  reach: { main: 160, cross: 90 },
};
