/**
 * Shows a run from above, to look at: `node scripts/scenes/traffic/look.ts NAME [--seed 1] [--at 10,20,30]
 * [--from -90 --to 90] [--out FILE.png|FILE.svg]`. One strip a moment, the main road from left (south) to right (north).
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import {
  halfWidth,
  junction,
  type Moment,
  type Mover,
  type RoadLayout,
  run,
  type Scenario,
} from './index.ts';
import * as scenarios from './scenarios.ts';

const pixelsPerMetre = 8;
const halfHeight = 24;

interface View {
  readonly from: number;
  readonly to: number;
}

function x(view: View, metres: number): string {
  return ((metres - view.from) * pixelsPerMetre).toFixed(1);
}

/** The strip's paved ground, markings and signals; the cross road runs from top to bottom. */
function ground(view: View, layout: RoadLayout, moment: Moment): string {
  const main = halfWidth(layout, 'main');
  const cross = halfWidth(layout, 'cross');
  const parts = [
    `<rect width="100%" height="100%" fill="#8a9a80"/>`,
    rectangle(view, view.from, view.to, -main, main, '#555'),
    rectangle(view, -cross, cross, -halfHeight, halfHeight, '#555'),
    rectangle(view, view.from, -cross, -0.1, 0.1, '#dc3'),
    rectangle(view, cross, view.to, -0.1, 0.1, '#dc3'),
  ];
  for (const side of [-1, 1]) {
    for (let lane = 1; lane <= layout.lanesPerDirection.main; lane++) {
      const d = side * lane * layout.laneWidth;
      parts.push(rectangle(view, view.from, -cross - 6, d - 0.06, d + 0.06, '#bbb'));
      parts.push(rectangle(view, cross + 6, view.to, d - 0.06, d + 0.06, '#bbb'));
    }
    const line = -side * layout.stopLineAt.main;
    const colour = moment.signals[side > 0 ? 'northbound' : 'southbound'];
    parts.push(
      rectangle(view, line - 0.2, line + 0.2, Math.min(0, side * main), Math.max(0, side * main), colour),
    );
    const near = side * (layout.stopLineAt.main - 1 - layout.crossingWidth);
    const far = side * (layout.stopLineAt.main - 1);
    parts.push(rectangle(view, Math.min(near, far), Math.max(near, far), -main, main, '#999'));
    const nearCross = side * (layout.stopLineAt.cross - 1 - layout.crossingWidth);
    const farCross = side * (layout.stopLineAt.cross - 1);
    parts.push(
      rectangle(view, -cross, cross, Math.min(nearCross, farCross), Math.max(nearCross, farCross), '#999'),
    );
  }
  return parts.join('');
}

/** `low` and `high` are eastings; east is down in the strip. */
function rectangle(view: View, from: number, to: number, low: number, high: number, fill: string): string {
  const height = ((high - low) * pixelsPerMetre).toFixed(1);
  const top = ((low + halfHeight) * pixelsPerMetre).toFixed(1);
  return `<rect x="${x(view, from)}" y="${top}" width="${((to - from) * pixelsPerMetre).toFixed(1)}" height="${height}" fill="${fill}"/>`;
}

const colours: Partial<Record<Mover['kind'], string>> = {
  car: '#4af',
  bus: '#f80',
  truck: '#a6f',
  motorbike: '#fff',
  bicycle: '#7f7',
  person: '#f6c',
};

function vehicle(view: View, mover: Mover): string {
  if (mover.y < view.from - 6 || mover.y > view.to + 6 || Math.abs(mover.x) > halfHeight + 4) return '';
  const place = `translate(${x(view, mover.y)} ${((mover.x + halfHeight) * pixelsPerMetre).toFixed(1)})`;
  // The strip's axes are (north, east) = (right, down): a turn to the left on the road is one against the clock here too.
  const turn = `rotate(${(-((mover.heading * 180) / Math.PI - 90)).toFixed(1)})`;
  const l = mover.length * pixelsPerMetre;
  const w = mover.width * pixelsPerMetre;
  const rear = mover.braking ? '#f00' : '#000';
  const side = mover.indicator === 'left' ? -1 : mover.indicator === 'right' ? 1 : 0;
  const lamp = side === 0 ? '' : `<circle cx="${l / 2 - 2}" cy="${(side * w) / 2}" r="2.5" fill="#fb0"/>`;
  const hazard = mover.indicator === 'hazard' ? `<circle r="5" fill="#fb0"/>` : '';
  return (
    `<g transform="${place} ${turn}"><rect x="${-l / 2}" y="${-w / 2}" width="${l}" height="${w}" fill="${colours[mover.kind]}" stroke="#000" stroke-width=".6"/>` +
    `<rect x="${-l / 2}" y="${-w / 2}" width="2" height="${w}" fill="${rear}"/><rect x="${l / 2 - 3}" y="${-w / 2 + 1}" width="2" height="${w - 2}" fill="#222"/>${lamp}${hazard}</g>`
  );
}

function strip(view: View, moment: Moment, index: number): string {
  const height = 2 * halfHeight * pixelsPerMetre;
  const movers = moment.movers.map((mover) => vehicle(view, mover)).join('');
  const width = (view.to - view.from) * pixelsPerMetre;
  return (
    `<svg x="0" y="${index * (height + 6)}" width="${width}" height="${height}">${ground(view, junction, moment)}${movers}` +
    `<text x="6" y="20" font-family="monospace" font-size="16">${moment.seconds.toFixed(1)} s, ${moment.movers.length} road users</text></svg>`
  );
}

/** One moment as a picture of its own. */
export function drawMoment(moment: Moment, view: View): string {
  const width = (view.to - view.from) * pixelsPerMetre;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${2 * halfHeight * pixelsPerMetre}">${strip(view, moment, 0)}</svg>`;
}

/** The moments asked for, drawn one below the other. */
export function drawRun(scenario: Scenario, seed: number, at: readonly number[], view: View): string {
  const strips: string[] = [];
  for (const moment of run(scenario, seed, { rate: 15, seconds: Math.max(...at) + 0.1 })) {
    if (at.some((seconds) => Math.abs(seconds - moment.seconds) < 1 / 30))
      strips.push(strip(view, moment, strips.length));
  }
  const width = (view.to - view.from) * pixelsPerMetre;
  const height = strips.length * (2 * halfHeight * pixelsPerMetre + 6);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${strips.join('')}</svg>`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      at: { type: 'string', default: '10,20,30' },
      from: { type: 'string', default: '-90' },
      to: { type: 'string', default: '90' },
      out: { type: 'string', default: 'traffic.png' },
    },
  });
  const name = positionals[0] ?? 'freeFlow';
  const make = (scenarios as unknown as Record<string, (() => Scenario) | undefined>)[name];
  if (make === undefined)
    throw new Error(`no scenario is called ${name}; there are ${Object.keys(scenarios).join(', ')}`);
  const view = { from: Number(values.from), to: Number(values.to) };
  const svg = drawRun(make(), Number(values.seed), values.at.split(',').map(Number), view);
  if (values.out.endsWith('.svg')) writeFileSync(values.out, svg);
  else await sharp(Buffer.from(svg)).png().toFile(values.out);
  process.stdout.write(`${values.out}\n`);
}

if (import.meta.main) await main();
