import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog } from '#base';
import type { AccessUnit, VideoFormat } from '#ingest';
import { createHub, type Hub, type HubOptions, type Reader } from './index.ts';

const format: VideoFormat = {
  codec: 'h264',
  mimeCodec: 'avc1.42c00c',
  width: 320,
  height: 180,
  parameterSets: { vps: [], sps: [], pps: [] },
};

/** Pictures at 10 a second; `K` a keyframe, `l` one that needs the group before, anything else an ordinary one. */
function units(pattern: string, bytes = 100): AccessUnit[] {
  return [...pattern].map((kind, i) => ({
    data: Buffer.alloc(bytes, i),
    format,
    keyframe: kind === 'K',
    needsPreviousGroup: kind === 'l',
    pts90k: i * 9000,
    dts90k: i * 9000,
    capturedAt: i * 100,
    receivedAt: i * 100,
    sequence: i,
    discontinuity: i === 0,
  }));
}

function hub(options: Partial<HubOptions> = {}, lines: string[] = []): Hub {
  return createHub({ log: createLog({ destination: { write: (line) => lines.push(line) } }), options });
}

interface Watcher extends Reader {
  /** Sequence numbers taken, and `-n` for n pictures told as dropped. */
  readonly seen: (number | string)[];
}

function watcher(takes: (unit: AccessUnit) => boolean = () => true): Watcher {
  const seen: (number | string)[] = [];
  return {
    seen,
    write(unit) {
      const taken = takes(unit);
      if (taken) seen.push(unit.sequence);
      return taken;
    },
    dropped: (pictures) => seen.push(`-${pictures}`),
  };
}

const write = (to: Hub, all: readonly AccessUnit[]) => {
  for (const unit of all) to.write('a', unit);
};

describe('hub, readers', () => {
  it('begins with the cached group or with the next keyframe', () => {
    const live = hub();
    const [cached, next] = [watcher(), watcher()];
    const all = units('K..K...K.');
    write(live, all.slice(0, 6));
    live.read('a', cached, { from: 'cached' });
    live.read('a', next, { from: 'live' });
    write(live, all.slice(6));
    expect(cached.seen).toEqual([3, 4, 5, 6, 7, 8]);
    expect(next.seen).toEqual([7, 8]);
  });

  it('serves a reader of a stream that has no pictures yet', () => {
    const live = hub();
    const early = watcher();
    live.read('a', early, { from: 'cached' });
    write(live, units('.K.'));
    expect(early.seen).toEqual([1, 2]);
  });

  it('skips a slow reader to the next keyframe it takes, and tells it once', () => {
    const live = hub();
    const slow = watcher((unit) => ![2, 4].includes(unit.sequence));
    live.read('a', slow, { from: 'live' });
    write(live, units('K...K..K.'));
    expect(slow.seen).toEqual([0, 1, '-2', '-3', 7, 8]);
    expect(live.stats().picturesDropped).toBe(5);
  });

  it('gives keyframes only to those who want only them, without asking for promptness', () => {
    const live = hub();
    const demands: string[] = [];
    live.onDemand('a', (demand) => demands.push(demand));
    const still = watcher();
    write(live, units('K..'));
    live.read('a', still, { from: 'cached', keyframesOnly: true });
    write(live, units('K..K.'));
    expect(still.seen).toEqual([0, 0, 3]);
    expect(demands).toEqual(['kept']);
  });

  it('keeps pictures that need the group before from those who began behind it', () => {
    const live = hub();
    const [there, began, skipped] = [watcher(), watcher(), watcher((unit) => unit.sequence !== 1)];
    const all = units('K..Kll.');
    live.read('a', there, { from: 'live' });
    live.read('a', skipped, { from: 'live' });
    write(live, all.slice(0, 4));
    live.read('a', began, { from: 'cached' });
    write(live, all.slice(4));
    expect(there.seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(began.seen).toEqual([3, 6]);
    expect(skipped.seen).toEqual([0, '-2', 3, 6]);
  });

  it('cuts off a reader that throws, logs it without harm to the others', () => {
    const lines: string[] = [];
    const live = hub({}, lines);
    const good = watcher();
    let calls = 0;
    const bad = () => {
      calls++;
      throw new Error('disk full');
    };
    live.read('a', { write: bad }, { from: 'live' });
    live.read('a', good, { from: 'live' });
    write(live, units('K..'));
    expect(calls).toBe(1);
    expect(good.seen).toEqual([0, 1, 2]);
    expect(live.stats()).toMatchObject({ readers: 1, readersCutOff: 1 });
    expect(lines.join()).toMatch(/disk full/);
  });

  it('lets readers come and go while they are being served', () => {
    const live = hub();
    const late = watcher();
    const leaving = watcher();
    const first = live.read(
      'a',
      {
        write(unit) {
          leaving.write(unit);
          first.close();
          live.read('a', late, { from: 'live' });
          return true;
        },
      },
      { from: 'live' },
    );
    write(live, units('K.K.'));
    expect(leaving.seen).toEqual([0]);
    expect(late.seen).toEqual([2, 3]);
    expect(live.stats().readers).toBe(1);
  });

  it('never leaves a hole inside what a reader takes, whatever it refuses', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^K[K.]{0,60}$/),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 70 }),
        (pattern, moods) => {
          const live = hub();
          let asked = 0;
          const moody = watcher(() => moods[asked++ % moods.length]!);
          live.read('a', moody, { from: 'cached' });
          const all = units(pattern);
          write(live, all);
          let last = -1;
          let missed = 0;
          for (const entry of moody.seen) {
            if (typeof entry === 'string') {
              missed -= Number(entry);
              continue;
            }
            if (!all[entry]!.keyframe) expect(entry).toBe(last + 1);
            last = entry;
          }
          expect(missed).toBeLessThanOrEqual(live.stats().picturesDropped);
        },
      ),
    );
  });
});

describe('hub, what is kept', () => {
  it('is the newest group, unless somebody wants more', () => {
    const live = hub();
    write(live, units('K..K..'));
    expect(live.kept('a').map((unit) => unit.sequence)).toEqual([3, 4, 5]);
    expect(live.kept('b')).toEqual([]);
  });

  it('is as many whole groups as cover the wanted time', () => {
    const live = hub();
    const keeping = live.keep('a', 1);
    write(live, units('K....K....K....K..'));
    expect(live.kept('a', 0)[0]!.sequence).toBe(5);
    expect(live.kept('a', 1200)[0]!.sequence).toBe(10);
    expect(live.kept('a')[0]!.sequence).toBe(15);
    keeping.close();
    expect(live.kept('a', 0)[0]!.sequence).toBe(15);
    expect(live.stats().keptBytes).toBe(300);
  });

  it('gives up the oldest groups first when a stream has too many bytes', () => {
    const live = hub({ maxBytesPerStream: 1000 });
    live.keep('a', 3600);
    write(live, units('K..K..K..K..K..'));
    expect(live.kept('a', 0)[0]!.sequence).toBe(6);
    expect(live.stats().keptBytes).toBeLessThanOrEqual(1000);
  });

  it('is the keyframe alone where one group is too big, and readers then wait for the next', () => {
    const live = hub({ maxBytesPerStream: 500 });
    const all = units('K.........K..');
    write(live, all.slice(0, 9));
    expect(live.kept('a').map((unit) => unit.sequence)).toEqual([0]);
    const late = watcher();
    live.read('a', late, { from: 'cached' });
    write(live, all.slice(9));
    expect(late.seen).toEqual([0, '-1', 10, 11, 12]);
  });

  it('stays within the bound of all streams together', () => {
    const live = hub({ maxBytes: 100_000 });
    for (let stream = 0; stream < 50; stream++)
      for (const unit of units('K.............................', 300)) live.write(String(stream), unit);
    for (let stream = 0; stream < 50; stream++)
      for (const unit of units('K.........', 300)) live.write(String(stream), unit);
    expect(live.stats().keptBytes).toBeLessThanOrEqual(120_000);
    expect(live.kept('7').length).toBeGreaterThan(0);
  });

  it('is forgotten on request, and readers go on with the next keyframe', () => {
    const live = hub();
    const reader = watcher();
    const reading = live.read('a', reader, { from: 'live' });
    write(live, units('K.'));
    live.forget('a');
    expect(live.kept('a')).toEqual([]);
    write(live, units('..K.').slice(1));
    expect(reader.seen).toEqual([0, 1, '-1', 2, 3]);
    reading.close();
    live.forget('a');
    expect(live.stats()).toMatchObject({ streams: 0, readers: 0, keptBytes: 0 });
  });
});

describe('hub, memory that is used again', () => {
  /** Units whose memory says when it is given back; a second time would be an error. */
  function lent(pattern: string): { all: AccessUnit[]; back: number[] } {
    const back: number[] = [];
    const all = units(pattern).map((unit) => ({
      ...unit,
      memory: {
        hold() {},
        release() {
          expect(back).not.toContain(unit.sequence);
          back.push(unit.sequence);
        },
      },
    }));
    return { all, back };
  }

  it('is given back when its group is dropped and nobody else had it', () => {
    const live = hub();
    const { all, back } = lent('K..K..K');
    write(live, all);
    expect(back).toEqual([0, 1, 2, 3, 4, 5]);
    live.forget('a');
    expect(back).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('is given back where readers only borrow, and never where one may hold on to it', () => {
    const live = hub();
    const { all, back } = lent('K..K..K..K..K');
    live.read('a', watcher(), { from: 'live', borrows: true });
    write(live, all.slice(0, 4));
    expect(back).toEqual([0, 1, 2]);
    const reading = live.read('a', watcher(), { from: 'cached' });
    write(live, all.slice(4, 8));
    reading.close();
    write(live, all.slice(8, 10));
    expect(back).toEqual([0, 1, 2]);
    expect(live.newest('a')?.sequence).toBe(9);
    live.kept('a');
    write(live, all.slice(10));
    expect(back).toEqual([0, 1, 2]);
  });

  it('is given back by pictures that are not kept at all', () => {
    const live = hub({ maxBytesPerStream: 350 });
    const { all, back } = lent('K.....');
    write(live, all);
    expect(back).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('hub, demand', () => {
  it('is the most urgent of the readers, told at once and on every change, before the cached pictures come', () => {
    const live = hub();
    const told: string[] = [];
    const telling = live.onDemand('a', (demand) => told.push(demand));
    const watched = live.read('a', { write: () => true }, { from: 'cached' });
    const another = live.read('a', { write: () => true }, { from: 'live' });
    const prompt = live.read('a', { write: () => true }, { from: 'live', demand: 'prompt' });
    watched.close();
    another.close();
    prompt.close();
    telling.close();
    live.read('a', { write: () => true }, { from: 'live' });
    expect(told).toEqual(['kept', 'watched', 'prompt', 'kept']);
  });

  it('lets the pictures that it brings come before the reader begins', () => {
    const live = hub();
    const all = units('K...');
    write(live, all.slice(0, 2));
    live.onDemand('a', (demand) => demand === 'watched' && write(live, all.slice(2)));
    const reader = watcher();
    live.read('a', reader, { from: 'cached' });
    expect(reader.seen).toEqual([0, 1, 2, 3]);
  });
});
