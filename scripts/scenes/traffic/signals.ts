import type { SignalColour } from './motion.ts';

/** A fixed-time plan. It starts with the main road's green at second 0 and repeats for ever. */
export interface SignalPlan {
  readonly mainGreenSeconds: number;
  readonly crossGreenSeconds: number;
  readonly amberSeconds: number;
  readonly allRedSeconds: number;
  /** Moves the whole plan: at second 0 of the clip the plan is this far into its period. */
  readonly offsetSeconds: number;
}

export const demonstrationPlan: SignalPlan = {
  mainGreenSeconds: 27,
  crossGreenSeconds: 23,
  amberSeconds: 3,
  allRedSeconds: 2,
  offsetSeconds: 0,
};

/** A plan of the given period with the demonstration's clearance times and shares of green. */
export function planOf(periodSeconds: number, offsetSeconds = 0): SignalPlan {
  const lost = 2 * (demonstrationPlan.amberSeconds + demonstrationPlan.allRedSeconds);
  const mainGreenSeconds = Math.round((periodSeconds - lost) * 0.54);
  return {
    ...demonstrationPlan,
    mainGreenSeconds,
    crossGreenSeconds: periodSeconds - lost - mainGreenSeconds,
    offsetSeconds,
  };
}

export function periodSeconds(plan: SignalPlan): number {
  return plan.mainGreenSeconds + plan.crossGreenSeconds + 2 * (plan.amberSeconds + plan.allRedSeconds);
}

/** The longest red that the main or the cross road sees, amber not counted. */
export function redSeconds(plan: SignalPlan, road: 'main' | 'cross'): number {
  const green = road === 'main' ? plan.mainGreenSeconds : plan.crossGreenSeconds;
  return periodSeconds(plan) - green - plan.amberSeconds;
}

/** What one road's signal shows, for how long it has and for how long it will. */
export interface SignalState {
  colour: SignalColour;
  sinceSeconds: number;
  leftSeconds: number;
}

/** Writes the state of a road's signal at a moment into `state`. */
export function signalAt(
  plan: SignalPlan,
  road: 'main' | 'cross',
  seconds: number,
  state: SignalState,
): void {
  const period = periodSeconds(plan);
  const start = road === 'main' ? 0 : plan.mainGreenSeconds + plan.amberSeconds + plan.allRedSeconds;
  const green = road === 'main' ? plan.mainGreenSeconds : plan.crossGreenSeconds;
  const into = modulo(seconds + plan.offsetSeconds - start, period);
  const amberEnd = green + plan.amberSeconds;
  if (into < green) set(state, 'green', into, green - into);
  else if (into < amberEnd) set(state, 'amber', into - green, amberEnd - into);
  else set(state, 'red', into - amberEnd, period - into);
}

function set(state: SignalState, colour: SignalColour, sinceSeconds: number, leftSeconds: number): void {
  state.colour = colour;
  state.sinceSeconds = sinceSeconds;
  state.leftSeconds = leftSeconds;
}

function modulo(value: number, period: number): number {
  const rest = value % period;
  // A step's rounding must not turn the last instant of a period into the first of none.
  return rest < -1e-9 ? rest + period : Math.max(0, rest);
}
