import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createTracker } from '../src/perception/track/tracker.ts';
import { ruleSettingsSchema } from '../src/rules/index.ts';
import { drawnGround, posedGround } from '../src/rules/ground/ground.ts';
import { createRuleEngine } from '../src/rules/index.ts';
import { footageClips } from './alarms/footage.ts';
const [, , name, rateS = '5', every = '2', learn] = process.argv;
const rate = Number(rateS);
for (const clip of footageClips().filter((c) => name === 'all' || c.name === name)) {
  const seen = JSON.parse(readFileSync(`/tmp/seen-footage/clips-${basename(clip.file)}.json`, 'utf8'));
  const settings = ruleSettingsSchema.parse({ ...clip.settings, ...(learn ? { watching: { learnSeconds: Number(learn) } } : {}) });
  const tracker = createTracker();
  const engine: any = createRuleEngine({ camera: 'b', scene: clip.scene, settings, utcOffsetMinutes: 420, learned: undefined });
  const t0 = Date.UTC(2026, 0, 5, 1);
  let next = 0, restarts = 0, lastW: any, dets = 0, pics = 0, learning = 0, bad = 0; const inLane = new Set(); let maxIdx: Record<string, number> = {};
  const step = seen.picturesPerSecond / rate;
  for (let n = 0; n * step < seen.pictures.length; n++) {
    const frame = Math.floor(n * step), at = frame / seen.picturesPerSecond;
    const p = seen.pictures[frame]; pics++; dets += p.enlarged.length; if (p.quality !== 'good') bad++;
    const tracks = tracker.update(p.enlarged, t0 + Math.round(at * 1000), seen.picture.width / seen.picture.height);
    const o = engine.observe({ camera: 'b', capturedAt: t0 + Math.round(at * 1000), tracks, quality: p.quality });
    const st = engine.status(); if (st.watchingSince !== lastW) { restarts++; if (name !== 'all') console.log(at.toFixed(1), 'watching anew', st.ground); lastW = st.watchingSince; }
    if (st.learning) learning++;
    for (const g of st.groups) maxIdx[g.group ?? g.id] = Math.max(maxIdx[g.group ?? g.id] ?? 0, Math.round(g.congestionIndex ?? g.index ?? 0));
    for (const c of o.changes) console.log(at.toFixed(1), c.change, c.incident.kind, c.incident.place, JSON.stringify(c.incident.measures));
    if (name !== 'all' && at >= next) { next = at + Number(every); console.log(at.toFixed(1), p.quality, 'dets', p.enlarged.length, 'users', st.roadUsers, JSON.stringify(st.groups)); }
  }
  const g = engine.status();
  console.log(clip.name.padEnd(24), `${(dets / pics).toFixed(1)} dets/pic, restarts ${restarts}, learning ${(100 * learning / pics).toFixed(0)} %, bad ${bad}, ground ${g.ground}, max index ${JSON.stringify(maxIdx)}, flow ${g.groups.map((x: any) => `${x.group ?? x.id}:${x.freeFlowKmh ?? x.freeFlow}`)}`);
}
