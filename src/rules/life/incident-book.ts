import { type Box, type EpochMs, overlap, type Point } from '#base';
import type { CameraId } from '#camera';
import type { Claim, Incident, IncidentChange, IncidentKind, Severity } from '../incident.ts';
import { incidentId } from './incident-id.ts';

/** What a rule holds to be true now. */
export interface Finding {
  readonly kind: IncidentKind;
  readonly place: string;
  readonly severity: Severity;
  readonly onsetAt: EpochMs;
  readonly confidence: number;
  readonly box: Box | undefined;
  readonly path?: readonly Point[] | undefined;
  readonly measures: Readonly<Record<string, number>>;
  /** Known to be another one than whatever was in this place before, so never a reopening. */
  readonly isNew?: boolean;
}

export interface LifeSettings {
  readonly updateSeconds: number;
  readonly graceSeconds: number;
  readonly floodIncidents: number;
  readonly floodSeconds: number;
}

/** Cleared incidents remembered for reopening; more than a camera's places and kinds is never needed for long. */
const mostCleared = 64;

/**
 * The life of one camera's incidents: at most one open per kind and place, told of at a bounded rate, reopened instead of
 * duplicated, and held back when a camera raises more than anybody could look at.
 */
export class IncidentBook {
  readonly #camera: CameraId;
  readonly #life: LifeSettings;
  readonly #open = new Map<string, Incident>();
  readonly #toldAt = new Map<string, EpochMs>();
  readonly #cleared = new Map<string, Incident>();
  readonly #openings: EpochMs[] = [];
  readonly #waiting = new Set<string>();
  #changes: IncidentChange[] = [];
  #claims: Claim[] = [];
  #heldBack = 0;

  constructor(camera: CameraId, life: LifeSettings) {
    this.#camera = camera;
    this.#life = life;
  }

  /** Openings that the flood limit held back so far. */
  get heldBack(): number {
    return this.#heldBack;
  }

  get open(): Iterable<Incident> {
    return this.#open.values();
  }

  isOpen(kind: IncidentKind, place: string): boolean {
    return this.#open.has(keyOf(kind, place));
  }

  find(kind: IncidentKind, place: string): Incident | undefined {
    return this.#open.get(keyOf(kind, place));
  }

  /** Takes up an incident that was open before a restart; says nothing, as nothing has changed. False if its place has one already. */
  resume(incident: Incident): boolean {
    const key = keyOf(incident.kind, incident.place);
    if (incident.clearedAt !== undefined || this.#open.has(key)) return false;
    this.#open.set(key, incident);
    this.#toldAt.set(key, incident.updatedAt);
    return true;
  }

  /** Opens, reopens or updates. May be called for every picture while the condition lasts. False while a flood is held back. */
  hold(finding: Finding, at: EpochMs): boolean {
    const held = this.#hold(finding, at);
    const { kind, box, place } = finding;
    if (held && box !== undefined && isClaimed(kind))
      this.#claims.push({
        kind,
        place,
        box,
        at,
        since: kind === 'stopped-vehicle' ? finding.onsetAt : at,
        raisesAt: at,
      });
    return held;
  }

  claim(claim: Claim): void {
    if (!this.isOpen(claim.kind, claim.place)) this.#claims.push(claim);
  }

  #hold(finding: Finding, at: EpochMs): boolean {
    const key = keyOf(finding.kind, finding.place);
    const open = this.#open.get(key);
    if (open !== undefined) {
      this.#update(key, open, finding, at);
      return true;
    }
    const earlier = this.#reopenable(key, finding);
    if (earlier !== undefined)
      this.#tell('reopened', key, { ...merged(earlier, finding, at), clearedAt: undefined }, at);
    else if (this.#flooded(key, at)) return false;
    else this.#tell('opened', key, this.#incidentOf(finding, at), at);
    return true;
  }

  /** Clears, if open. */
  release(kind: IncidentKind, place: string, at: EpochMs): void {
    const key = keyOf(kind, place);
    const open = this.#open.get(key);
    this.#waiting.delete(key);
    if (open === undefined) return;
    const cleared: Incident = { ...open, clearedAt: at, updatedAt: at };
    this.#open.delete(key);
    this.#toldAt.delete(key);
    this.#cleared.delete(key);
    this.#cleared.set(key, cleared);
    if (this.#cleared.size > mostCleared) this.#cleared.delete(this.#cleared.keys().next().value!);
    this.#changes.push({ change: 'cleared', incident: cleared });
  }

  /** What happened since the last call, in order. */
  takeChanges(): readonly IncidentChange[] {
    if (this.#changes.length === 0) return noChanges;
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }

  /** What was claimed since the last call. */
  takeClaims(): readonly Claim[] {
    if (this.#claims.length === 0) return noClaims;
    const claims = this.#claims;
    this.#claims = [];
    return claims;
  }

  #update(key: string, open: Incident, finding: Finding, at: EpochMs): void {
    const due = at - this.#toldAt.get(key)! >= this.#life.updateSeconds * 1000;
    if (due || finding.severity !== open.severity) this.#tell('updated', key, merged(open, finding, at), at);
  }

  #tell(change: IncidentChange['change'], key: string, incident: Incident, at: EpochMs): void {
    this.#open.set(key, incident);
    this.#toldAt.set(key, at);
    this.#changes.push({ change, incident });
  }

  /** The same condition came back: it began again within the grace time and, where it has a spot, at the same spot. */
  #reopenable(key: string, finding: Finding): Incident | undefined {
    const earlier = this.#cleared.get(key);
    if (earlier?.clearedAt === undefined || finding.isNew === true) return undefined;
    if (finding.onsetAt - earlier.clearedAt > this.#life.graceSeconds * 1000) {
      this.#cleared.delete(key);
      return undefined;
    }
    const fixed = finding.kind === 'stopped-vehicle' && earlier.box && finding.box;
    const elsewhere = fixed && overlap(earlier.box!, finding.box!) < 0.2;
    if (elsewhere) return undefined;
    this.#cleared.delete(key);
    return earlier;
  }

  #flooded(key: string, at: EpochMs): boolean {
    const from = at - this.#life.floodSeconds * 1000;
    while (this.#openings.length > 0 && this.#openings[0]! < from) this.#openings.shift();
    if (this.#openings.length >= this.#life.floodIncidents) {
      if (!this.#waiting.has(key)) this.#heldBack++;
      this.#waiting.add(key);
      return true;
    }
    this.#waiting.delete(key);
    this.#openings.push(at);
    return false;
  }

  #incidentOf(finding: Finding, at: EpochMs): Incident {
    return {
      id: incidentId(this.#camera, finding.kind, finding.place, finding.onsetAt),
      kind: finding.kind,
      severity: finding.severity,
      camera: this.#camera,
      place: finding.place,
      box: finding.box,
      path: finding.path,
      onsetAt: finding.onsetAt,
      detectedAt: at,
      clearedAt: undefined,
      updatedAt: at,
      confidence: finding.confidence,
      measures: finding.measures,
    };
  }
}

const noChanges: readonly IncidentChange[] = [];
const noClaims: readonly Claim[] = [];

function isClaimed(kind: IncidentKind): kind is Claim['kind'] {
  return kind === 'stopped-vehicle' || kind === 'wrong-way' || kind === 'pedestrian';
}

function keyOf(kind: IncidentKind, place: string): string {
  return `${kind}\n${place}`;
}

/** The incident keeps its id, onset and detection; the rest is as found now. */
function merged(incident: Incident, finding: Finding, at: EpochMs): Incident {
  return {
    ...incident,
    severity: finding.severity,
    box: finding.box ?? incident.box,
    path: finding.path ?? incident.path,
    confidence: Math.max(incident.confidence, finding.confidence),
    measures: finding.measures,
    updatedAt: at,
  };
}
