import { createSpot, type Spot } from './agent.ts';
import { shadow } from './pose.ts';
import type { World } from './world.ts';

/** How far from the centre road users look out for each other's bodies in the junction, metres. */
const nearMetres = 28;

/** Puts those in the junction on all strips that they reach into, and sorts the strips. */
export function lookAround(world: World): void {
  const { near, roads, shadows, strips } = world;
  near.length = 0;
  let used = 0;
  for (const agent of world.agents) {
    if (Math.abs(agent.x) > nearMetres || Math.abs(agent.y) > nearMetres) continue;
    near.push(agent);
    for (const road of roads) {
      if (road === agent.road && !agent.turning) continue;
      shadows[used] ??= createSpot(agent);
      const spot = shadows[used]!;
      spot.agent = agent;
      if (!shadow(agent, road, spot)) continue;
      strips[road.index]!.push(spot);
      used++;
    }
  }
  for (const strip of strips) order(strip);
}

/** Sorts a strip's spots by place, cheaply because they hardly change order, and numbers them. */
function order(strip: Spot[]): void {
  for (let k = 0; k < strip.length; k++) {
    const spot = strip[k]!;
    let at = k;
    while (at > 0 && strip[at - 1]!.u > spot.u) {
      strip[at] = strip[at - 1]!;
      at--;
    }
    strip[at] = spot;
  }
  for (let k = 0; k < strip.length; k++) {
    const spot = strip[k]!;
    if (spot.agent.spot === spot) spot.agent.order = k;
  }
}

/** Clears the strips of those who have left and of everybody's shadows. */
export function tidyUp(world: World): void {
  for (const strip of world.strips) {
    let left = 0;
    for (const spot of strip) if (!spot.agent.gone && spot === spot.agent.spot) strip[left++] = spot;
    strip.length = left;
  }
  const { agents } = world;
  let kept = 0;
  for (const agent of agents) if (!agent.gone) agents[kept++] = agent;
  agents.length = kept;
}
