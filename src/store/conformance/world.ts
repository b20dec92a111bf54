import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Clock, EpochMs } from '#base';
import type { Incident, IncidentChange } from '#rules';
import type { LoggedEvent } from '../events.ts';
import type { History } from '../port.ts';
import type { CameraFacts, IncidentRecord } from '../records.ts';

export type OpenHistory = (dir: string, clock: Clock) => Promise<History>;

export const T = Date.UTC(2026, 2, 8, 7, 0);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Wall-clock time as the test wants it; what is measured in between stays real. */
export interface TestClock extends Clock {
  set(now: EpochMs): void;
}

export function testClock(now: EpochMs): TestClock {
  let time = now;
  return {
    now: () => time,
    monotonicMs: () => performance.now(),
    set: (to) => {
      time = to;
    },
  };
}

export function incidentAt(id: string, detectedAt: EpochMs, more: Partial<Incident> = {}): Incident {
  return {
    id,
    kind: 'stopped-vehicle',
    severity: 'major',
    camera: 'loong-toong-1',
    place: 'lane-2',
    box: { left: 0.25, top: 0.5, right: 0.375, bottom: 0.625 },
    path: undefined,
    onsetAt: detectedAt - 12_000,
    detectedAt,
    clearedAt: undefined,
    updatedAt: detectedAt,
    confidence: 0.875,
    measures: { standingSeconds: 12 },
    ...more,
  };
}

/** A history in a folder of its own, and cameras and incidents that only the test at hand knows. */
export class World {
  readonly #open: OpenHistory;
  #dir = '';
  #round = 0;
  #start = 0;
  clock: TestClock = testClock(T);
  history!: History;
  junction: CameraFacts = { camera: '', name: '', domain: '' };
  harbour: CameraFacts = this.junction;

  constructor(open: OpenHistory) {
    this.#open = open;
  }

  /** Opening takes longest, so tests that can tell their own things apart share a history. */
  shared(): void {
    beforeAll(() => this.#begin());
    beforeEach(() => this.#meet());
    afterAll(() => this.#end());
  }

  isolated(): void {
    beforeEach(async () => {
      await this.#begin();
      this.#meet();
    });
    afterEach(() => this.#end());
  }

  async reopen(): Promise<void> {
    await this.history.close();
    await this.openAgain();
  }

  async openAgain(): Promise<void> {
    this.history = await this.#open(this.#dir, this.clock);
  }

  /** This test's own incident of that name. */
  id(name: string): string {
    return `${name}.${this.#round}`;
  }

  named(rows: readonly IncidentRecord[]): string[] {
    return rows.map((row) => row.id.slice(0, row.id.indexOf('.')));
  }

  raise(
    name: string,
    at: EpochMs = T,
    more: Partial<Incident> = {},
    facts: CameraFacts = this.junction,
  ): Promise<IncidentRecord> {
    const incident = incidentAt(this.id(name), at, { camera: facts.camera, ...more });
    return this.history.incidents.record({ change: 'opened', incident }, facts);
  }

  change(
    change: IncidentChange['change'],
    name: string,
    at: EpochMs,
    more: Partial<Incident> = {},
  ): Promise<IncidentRecord> {
    const { camera } = this.junction;
    const incident = incidentAt(this.id(name), T, { camera, updatedAt: at, ...more });
    return this.history.incidents.record({ change, incident }, this.junction);
  }

  /** Since this test began. */
  async everyEvent(): Promise<readonly LoggedEvent[]> {
    return await this.history.events.read(this.#start, 100_000);
  }

  async #begin(): Promise<void> {
    this.#dir = mkdtempSync(join(tmpdir(), 'ngatu-history-'));
    this.clock = testClock(T);
    await this.openAgain();
  }

  async #end(): Promise<void> {
    await this.history.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #meet(): void {
    const round = ++this.#round;
    this.junction = {
      camera: `loong-toong-${round}`,
      name: 'Ngã tư Loong Toòng',
      domain: `traffic-${round}`,
    };
    this.harbour = { camera: `bai-chay-${round}`, name: 'Cảng Bãi Cháy', domain: `harbour-${round}` };
    this.clock.set(T);
    this.#start = this.history.events.bounds().newest;
  }
}
