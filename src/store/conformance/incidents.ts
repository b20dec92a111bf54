import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentChange } from '#rules';
import type { History } from '../port.ts';
import { DAY, HOUR, T, type World } from './world.ts';

export function describeIncidents(w: World): void {
  describe('incidents', () => {
    w.shared();
    it('keeps an incident with its camera’s name and domain, across a restart', async () => {
      const recorded = await w.raise('a');
      await w.reopen();
      const found = await w.history.incidents.get(w.id('a'));
      expect(JSON.parse(JSON.stringify(found))).toMatchObject(JSON.parse(JSON.stringify(recorded)));
      expect(found).toMatchObject({ state: 'open', onsetAt: T - 12_000, confidence: 0.875 });
      expect(found).toMatchObject({ cameraName: w.junction.name, domain: w.junction.domain });
      expect(found?.evidence).toEqual({ snapshot: 'pending', clip: 'pending', locked: false });
      expect(await w.history.incidents.get(w.id('b'))).toBeUndefined();
    });

    it('follows its life: updated, cleared, reopened', async () => {
      await w.raise('a');
      await w.change('updated', 'a', T + 1000, { measures: { standingSeconds: 13 } });
      await w.change('cleared', 'a', T + 2000, { clearedAt: T + 1500 });
      expect(await w.history.incidents.get(w.id('a'))).toMatchObject({
        state: 'cleared',
        clearedAt: T + 1500,
      });
      await w.change('reopened', 'a', T + 3000);
      const found = await w.history.incidents.get(w.id('a'));
      expect(found?.state).toBe('open');
      expect(found?.clearedAt).toBeUndefined();
      expect(found?.timeline.map((step) => 'life' in step && step.life)).toEqual([
        'opened',
        'cleared',
        'reopened',
      ]);
    });

    it('takes the same change twice as one, and one that is older than what it knows as none', async () => {
      await w.raise('a');
      await w.raise('a');
      await w.change('updated', 'a', T + 5000, { measures: { standingSeconds: 17 } });
      await w.change('updated', 'a', T + 1000, { measures: { standingSeconds: 13 } });
      expect((await w.history.incidents.get(w.id('a')))?.measures).toEqual({ standingSeconds: 17 });
      expect(await w.everyEvent()).toHaveLength(2);
    });

    it('begins a life with whatever it hears first', async () => {
      await w.change('updated', 'lost', T + 1000);
      expect(await w.everyEvent()).toMatchObject([{ change: 'opened', incident: { id: w.id('lost') } }]);
    });

    it('notes who did what and when', async () => {
      await w.raise('a');
      w.clock.set(T + 60_000);
      const { incidents } = w.history;
      expect(await incidents.act(w.id('a'), { action: 'acknowledge' }, 'lan')).toMatchObject({
        outcome: 'done',
      });
      await incidents.act(w.id('a'), { action: 'assign', assignee: 'minh' }, 'lan');
      await incidents.act(w.id('a'), { action: 'note', text: 'xe tải hỏng' }, 'minh');
      await incidents.act(w.id('a'), { action: 'verdict', verdict: 'true', reason: undefined }, 'minh');
      await incidents.act(w.id('a'), { action: 'lock-evidence', locked: true }, 'lan');
      await incidents.act(w.id('a'), { action: 'close' }, 'lan');
      const found = await incidents.get(w.id('a'));
      expect(found).toMatchObject({
        state: 'closed',
        acknowledged: { at: T + 60_000, by: 'lan' },
        assignee: 'minh',
        verdict: { verdict: 'true', by: 'minh' },
        closed: { by: 'lan' },
        evidence: { locked: true },
      });
      expect(found?.timeline.slice(1)).toMatchObject([
        { by: 'lan', act: { action: 'acknowledge' } },
        { by: 'lan', act: { action: 'assign', assignee: 'minh' } },
        { by: 'minh', act: { action: 'note', text: 'xe tải hỏng' } },
        { by: 'minh', act: { action: 'verdict', verdict: 'true' } },
        { by: 'lan', act: { action: 'lock-evidence', locked: true } },
        { by: 'lan', act: { action: 'close' } },
      ]);
      expect((await w.everyEvent()).map((event) => 'change' in event && event.change)).toEqual([
        'opened',
        'acknowledged',
        'assigned',
        'noted',
        'judged',
        'evidence',
        'closed',
      ]);
    });

    it('does nothing twice, and tells a second operator who was first', async () => {
      await w.raise('a');
      await w.history.incidents.act(w.id('a'), { action: 'acknowledge' }, 'lan');
      const second = await w.history.incidents.act(w.id('a'), { action: 'acknowledge' }, 'minh');
      expect(second).toMatchObject({ outcome: 'unchanged', incident: { acknowledged: { by: 'lan' } } });
      expect(await w.history.incidents.act(w.id('none'), { action: 'close' }, 'lan')).toEqual({
        outcome: 'unknown',
      });
      expect(await w.everyEvent()).toHaveLength(2);
    });

    it('lets a closed incident be judged but not assigned, and opens it again when the rules do', async () => {
      await w.raise('a');
      await w.history.incidents.act(w.id('a'), { action: 'close' }, 'lan');
      const refused = await w.history.incidents.act(w.id('a'), { action: 'assign', assignee: 'minh' }, 'lan');
      expect(refused.outcome).toBe('closed');
      const verdict = { action: 'verdict', verdict: 'false', reason: 'shadow' } as const;
      expect((await w.history.incidents.act(w.id('a'), verdict, 'lan')).outcome).toBe('done');
      await w.change('cleared', 'a', T + 2000, { clearedAt: T + 2000 });
      expect((await w.history.incidents.get(w.id('a')))?.state).toBe('closed');
      await w.change('reopened', 'a', T + 3000);
      expect(await w.history.incidents.get(w.id('a'))).toMatchObject({
        state: 'open',
        verdict: { reason: 'shadow' },
      });
    });

    it('follows its evidence', async () => {
      await w.raise('a');
      await w.history.incidents.recordEvidence(w.id('a'), { snapshot: 'ready', at: T });
      await w.history.incidents.recordEvidence(w.id('a'), { snapshot: 'ready', at: T });
      await w.history.incidents.recordEvidence(w.id('a'), { clip: 'failed', at: T });
      await w.history.incidents.recordEvidence(w.id('nobody'), { clip: 'ready', at: T });
      expect((await w.history.incidents.get(w.id('a')))?.evidence).toMatchObject({
        snapshot: 'ready',
        clip: 'failed',
      });
      expect(await w.everyEvent()).toHaveLength(3);
      await w.history.incidents.recordEvidence(w.id('a'), { secondLook: 'ready', at: T });
      expect((await w.history.incidents.get(w.id('a')))?.evidence.secondLook).toBe('ready');
    });

    it('keeps what a second look made of it, and when it was first detected', async () => {
      const verification = { verdict: 'confirmed', stream: 'main' } as const;
      const { detectedAt } = await w.raise('a', T, { verification });
      await w.change('updated', 'a', T + 1000, { detectedAt: detectedAt - 5000 });
      expect(await w.history.incidents.get(w.id('a'))).toMatchObject({ verification, detectedAt });
    });

    it('links neighbours from both sides, once', async () => {
      await w.raise('a');
      await w.raise('b', T, {}, w.harbour);
      const link = { from: w.id('a'), to: w.id('b'), relation: 'upstream', metres: 240, at: T } as const;
      await w.history.incidents.link(link);
      await w.history.incidents.link(link);
      await w.history.incidents.link({ ...link, to: w.id('nobody') });
      expect((await w.history.incidents.get(w.id('a')))?.links).toEqual([
        {
          ...{
            incident: w.id('b'),
            relation: 'upstream',
            metres: 240,
            kind: 'stopped-vehicle',
            state: 'open',
          },
          ...{
            camera: w.harbour.camera,
            cameraName: w.harbour.name,
            domain: w.harbour.domain,
            detectedAt: T,
          },
        },
      ]);
      expect((await w.history.incidents.get(w.id('b')))?.links).toMatchObject([
        { incident: w.id('a'), relation: 'downstream', metres: 240 },
      ]);
      expect(await w.everyEvent()).toHaveLength(4);
    });

    it('lists the newest first, page by page, without a hole or a double', async () => {
      // Several at the same moment, so that the time alone does not order them.
      for (let i = 0; i < 25; i++)
        await w.raise(`i${String(i).padStart(2, '0')}`, T + Math.floor(i / 4) * 1000);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await w.history.incidents.list({ domains: [w.junction.domain] }, { limit: 7, cursor });
        seen.push(...w.named(page.rows));
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen).toEqual([...seen].sort().reverse());
      expect(new Set(seen).size).toBe(25);
      expect((await w.history.incidents.list({}, { limit: 7, cursor: 'bm9uc2Vuc2U' })).rows).toEqual([]);
    });

    it('narrows the list by everything that is asked', async () => {
      await w.raise('a', T);
      await w.raise('b', T + HOUR, { kind: 'congestion', severity: 'minor' });
      await w.raise('c', T + 2 * HOUR, {}, w.harbour);
      await w.history.incidents.act(
        w.id('a'),
        { action: 'verdict', verdict: 'true', reason: undefined },
        'lan',
      );
      await w.history.incidents.act(w.id('b'), { action: 'assign', assignee: 'minh' }, 'lan');
      await w.history.incidents.act(w.id('c'), { action: 'close' }, 'lan');
      const domains = [w.junction.domain, w.harbour.domain, 'nobody'];
      const list = async (filter: Parameters<History['incidents']['list']>[0]) =>
        w.named((await w.history.incidents.list({ domains, ...filter }, { limit: 10 })).rows).join('');
      expect(await list({ from: T + 1 })).toBe('cb');
      expect(await list({ from: T, to: T + 2 * HOUR })).toBe('ba');
      expect(await list({ cameras: [w.harbour.camera] })).toBe('c');
      expect(await list({ domains: [w.junction.domain] })).toBe('ba');
      expect(await list({ domains: [] })).toBe('');
      expect(await list({ kinds: ['congestion', 'wrong-way'] })).toBe('b');
      expect(await list({ severities: ['major'] })).toBe('ca');
      expect(await list({ states: ['open'] })).toBe('ba');
      expect(await list({ verdicts: ['true'] })).toBe('a');
      expect(await list({ verdicts: ['true', 'unjudged'], domains: [w.junction.domain] })).toBe('ba');
      expect(await list({ assignee: 'minh' })).toBe('b');
      expect(await w.history.incidents.totals({ domains })).toEqual({ open: 2, cleared: 0, closed: 1 });
      expect((await w.history.incidents.totals()).open).toBeGreaterThanOrEqual(2);
      expect(await w.history.incidents.totals({ domains: [w.harbour.domain] })).toEqual({
        open: 0,
        cleared: 0,
        closed: 1,
      });
    });

    it('says how good the detector was', async () => {
      const seconds = [4, 6, 8, 30];
      for (const [i, s] of seconds.entries()) {
        await w.raise(`t${i}`, T + i, { onsetAt: T + i - s * 1000 });
        await w.history.incidents.act(
          w.id(`t${i}`),
          { action: 'verdict', verdict: 'true', reason: undefined },
          'lan',
        );
      }
      await w.raise('f');
      await w.history.incidents.act(
        w.id('f'),
        { action: 'verdict', verdict: 'false', reason: 'shadow' },
        'lan',
      );
      await w.raise('u');
      await w.history.incidents.act(
        w.id('u'),
        { action: 'verdict', verdict: 'unverifiable', reason: undefined },
        'lan',
      );
      await w.raise('open');
      await w.raise('elsewhere', T, {}, w.harbour);
      await w.raise('before', T - DAY);
      const quality = await w.history.incidents.quality({
        from: T,
        to: T + HOUR,
        domains: [w.junction.domain, w.harbour.domain],
      });
      expect(quality).toEqual([
        {
          ...{
            camera: w.harbour.camera,
            name: w.harbour.name,
            domain: w.harbour.domain,
            kind: 'stopped-vehicle',
          },
          ...{ true: 0, false: 0, unverifiable: 0, unjudged: 1 },
        },
        {
          ...{
            camera: w.junction.camera,
            name: w.junction.name,
            domain: w.junction.domain,
            kind: 'stopped-vehicle',
          },
          ...{ true: 4, false: 1, unverifiable: 1, unjudged: 1 },
          ...{ meanSecondsToDetect: 12, p95SecondsToDetect: 30 },
        },
      ]);
      expect(
        await w.history.incidents.quality({ from: T, to: T + HOUR, domains: [w.harbour.domain] }),
      ).toHaveLength(1);
    });

    it('survives any order of what rules and operators do', async () => {
      const step = fc.oneof(
        fc.record({
          rule: fc.constantFrom<IncidentChange['change']>('opened', 'updated', 'cleared', 'reopened'),
          later: fc.integer({ min: -5, max: 20 }),
        }),
        fc.constantFrom(
          { act: { action: 'acknowledge' as const } },
          { act: { action: 'assign' as const, assignee: 'minh' } },
          { act: { action: 'verdict' as const, verdict: 'unverifiable' as const, reason: undefined } },
          { act: { action: 'close' as const } },
        ),
      );
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const id = `r${round++}`;
          let at = T;
          for (const one of steps) {
            if ('act' in one) await w.history.incidents.act(id, one.act, 'lan');
            else {
              at += one.later;
              const clearedAt = one.rule === 'cleared' ? at : undefined;
              await w.change(one.rule, id, at, { clearedAt });
            }
          }
          const found = await w.history.incidents.get(id);
          if (found === undefined) return;
          expect(found.state === 'closed').toBe(found.closed !== undefined);
          if (found.state !== 'closed') expect(found.state === 'cleared').toBe(found.clearedAt !== undefined);
          const events = (await w.history.events.read(0, 100_000)).filter(
            (event) => event.type === 'incident' && event.incident.id === id,
          );
          expect(events.at(-1)).toMatchObject({
            sequence: found.sequence,
            incident: { state: found.state },
          });
        }),
        { numRuns: 30 },
      );
      const sequences = (await w.history.events.read(0, 100_000)).map((event) => event.sequence);
      expect(sequences).toEqual(sequences.map((_, at) => at + 1));
    });
  });
}
