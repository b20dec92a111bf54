import { asNgatuError, type EpochMs, type Lifetime } from '#base';
import type { AccessUnit } from '#ingest';
import type { Claim, Incident, IncidentChange, RuleOutcome, Verification } from '#rules';
import { pictureOf } from './look-picture.ts';
import { lookVerdict } from './look-verdict.ts';
import { streamsOf } from './main-streams.ts';
import type { GateOptions, Look, LookGate, LookStats, SecondLookParts } from './second-look.ts';

/** From capture to the operator 1.5 s are allowed beyond the dwell; a busy box needs half a second of them itself. */
const DEADLINE_MS = 800;
/** Each is a decoder and a run of the network. */
const MOST_LOOKS_AT_ONCE = 2;
/** Each is a connection to a camera. */
const MOST_MAIN_STREAMS = 4;
const MOST_TRIES = 5;
/** The stream that is always there is looked at so shortly before the alarm; the main one as soon as it comes. */
const SHORTLY_MS = 1200;
/** What was seen this long before the alarm says nothing about it. */
const GOOD_FOR_MS = 6000;
const ATTEND_MS = 3000;
/** A claim that has not been repeated for so long is given up. */
const GIVEN_UP_MS = 5000;
const SHORTEST_INSISTENCE_MS = 3000;
/** Looks at what is held back: seldom, until it ends or the tracks insist. */
const AGAIN_MS = 2000;
const MOST_REMEMBERED = 64;

/** An alarm that waits. */
interface Held {
  readonly raisedAt: EpochMs;
  readonly deadline: NodeJS.Timeout;
  opened: Incident;
  cleared: IncidentChange | undefined;
  contradicted: boolean;
}

/** Something claimed, from the first claim until it is told or given up. */
interface Candidate {
  claim: Claim;
  claimedAt: EpochMs;
  attendedUntil: EpochMs;
  main: Lifetime | undefined;
  looks: Look[];
  looking: boolean;
  lookedAt: EpochMs;
  tries: number;
  held: Held | undefined;
}

/** What is under way, of all cameras together. */
export interface Bounds {
  looks: number;
  mainStreams: number;
}

/** What was claimed at one camera, each on its way to be told or held back; see `SecondLooks`. */
export class Gate implements LookGate {
  readonly #parts: SecondLookParts;
  readonly #options: GateOptions;
  readonly #stats: LookStats;
  readonly #bounds: Bounds;
  readonly #candidates = new Map<string, Candidate>();
  /** Incidents that were held back for good; the rules may still speak of them. */
  readonly #heldBack = new Set<string>();

  constructor(parts: SecondLookParts, options: GateOptions, stats: LookStats, bounds: Bounds) {
    this.#parts = parts;
    this.#options = options;
    this.#stats = stats;
    this.#bounds = bounds;
  }

  take({ changes, claims }: Pick<RuleOutcome, 'changes' | 'claims'>): void {
    for (const claim of claims) this.#claimed(claim);
    for (const change of changes) this.#changed(change, claims);
    for (const candidate of this.#candidates.values()) {
      this.#insist(candidate);
      this.#look(candidate);
    }
    this.#giveUp();
  }

  close(): void {
    for (const candidate of [...this.#candidates.values()]) {
      if (candidate.held !== undefined && !candidate.held.contradicted)
        this.#release(candidate, candidate.held, 'unverified');
      this.#drop(candidate);
    }
  }

  #claimed(claim: Claim): void {
    const known = this.#candidates.get(keyOf(claim));
    // Raised and told already.
    if (known === undefined && claim.raisesAt <= claim.at) return;
    const candidate = known ?? this.#begin(claim);
    candidate.claim = claim;
    candidate.claimedAt = this.#parts.clock.now();
    if (candidate.attendedUntil > claim.at + ATTEND_MS / 2) return;
    candidate.attendedUntil = claim.at + ATTEND_MS;
    this.#options.attend(candidate.attendedUntil);
  }

  #begin(claim: Claim): Candidate {
    const candidate: Candidate = {
      claim,
      claimedAt: this.#parts.clock.now(),
      attendedUntil: Number.NEGATIVE_INFINITY,
      main: this.#mainStream(),
      looks: [],
      looking: false,
      lookedAt: Number.NEGATIVE_INFINITY,
      tries: 0,
      held: undefined,
    };
    this.#candidates.set(keyOf(claim), candidate);
    return candidate;
  }

  #mainStream(): Lifetime | undefined {
    const main = streamsOf(this.#options.camera)[1];
    if (main === undefined || this.#bounds.mainStreams >= MOST_MAIN_STREAMS) return undefined;
    this.#bounds.mainStreams++;
    return this.#parts.mainStreams.want(main.id);
  }

  #changed(change: IncidentChange, claims: readonly Claim[]): void {
    const { incident } = change;
    const known = this.#candidates.get(keyOf(incident));
    if (known?.held?.opened.id === incident.id) this.#follow(known, known.held, change);
    else if (change.change === 'opened' || this.#heldBack.delete(incident.id)) {
      const claim = claims.find((one) => keyOf(one) === keyOf(incident));
      const candidate = known ?? (claim && this.#begin(claim));
      if (candidate === undefined) this.#options.tell(change, undefined);
      else this.#hold(candidate, incident);
    } else {
      // Known to the operator already: nothing is to be looked at any more.
      if (known !== undefined) this.#drop(known);
      this.#options.tell(change, undefined);
    }
  }

  #hold(candidate: Candidate, opened: Incident): void {
    const { deadlineMs = DEADLINE_MS } = this.#parts;
    const held: Held = {
      raisedAt: opened.detectedAt,
      deadline: setTimeout(() => this.#release(candidate, held, 'unverified'), deadlineMs),
      opened,
      cleared: undefined,
      contradicted: false,
    };
    candidate.held = held;
    candidate.looks = candidate.looks.filter(({ claim }) => held.raisedAt - claim.at <= GOOD_FOR_MS);
    this.#settle(candidate);
  }

  #follow(candidate: Candidate, held: Held, change: IncidentChange): void {
    held.cleared = change.change === 'cleared' ? change : undefined;
    if (held.cleared === undefined) held.opened = change.incident;
    else if (held.contradicted) {
      this.#stats.heldBack++;
      this.#remember(change.incident.id);
      this.#drop(candidate);
    }
  }

  #remember(id: string): void {
    this.#heldBack.add(id);
    if (this.#heldBack.size > MOST_REMEMBERED) this.#heldBack.delete(this.#heldBack.values().next().value!);
  }

  /** Tells what has been decided about what is held, if anything has. */
  #settle(candidate: Candidate): void {
    const { held, looks } = candidate;
    if (held === undefined) return;
    const against = looks.filter(({ verdict }) => verdict === 'contradicted').length;
    if (looks.some(({ verdict }) => verdict === 'confirmed')) this.#release(candidate, held, 'confirmed');
    else if (against >= 2) this.#contradict(held);
    else if (!candidate.looking && candidate.tries >= MOST_TRIES && !held.contradicted)
      this.#release(candidate, held, 'unverified');
  }

  #contradict(held: Held): void {
    if (held.contradicted) return;
    held.contradicted = true;
    clearTimeout(held.deadline);
    const { id, camera, kind, place } = held.opened;
    this.#parts.log.info(
      { incident: id, camera, kind, place },
      'a second look found nothing there; the incident is held back unless its tracks go on',
    );
  }

  /** Who goes on for another dwell, although nothing can be seen, is believed. */
  #insist(candidate: Candidate): void {
    const { held, claim } = candidate;
    if (held?.contradicted !== true) return;
    const dwellMs = Math.max(SHORTEST_INSISTENCE_MS, held.raisedAt - held.opened.onsetAt);
    if (claim.at - held.raisedAt >= dwellMs) this.#release(candidate, held, 'contradicted');
  }

  #release(candidate: Candidate, held: Held, verdict: Verification['verdict']): void {
    if (candidate.held !== held) return;
    const { looks, claim } = candidate;
    this.#drop(candidate);
    this.#stats[verdict === 'contradicted' ? 'insisted' : verdict]++;
    const look = looks.findLast((one) => one.verdict === verdict) ?? looks.at(-1);
    const incident: Incident = {
      ...held.opened,
      ...(held.contradicted && { detectedAt: Math.max(held.raisedAt, claim.at) }),
      verification: { verdict, ...(look && { stream: look.stream }) },
    };
    this.#options.tell({ change: 'opened', incident }, look);
    if (held.cleared !== undefined) this.#options.tell(held.cleared, undefined);
  }

  #look(candidate: Candidate): void {
    const { claim, held, looks, tries, lookedAt } = candidate;
    if (candidate.looking || tries >= MOST_TRIES || this.#bounds.looks >= MOST_LOOKS_AT_ONCE) return;
    if (looks.some(({ verdict }) => verdict === 'confirmed')) return;
    if (held?.contradicted === true && claim.at < lookedAt + AGAIN_MS) return;
    const shortly = held !== undefined || claim.raisesAt - claim.at <= SHORTLY_MS;
    const [always, main] = streamsOf(this.#options.camera);
    for (const stream of [candidate.main && main, shortly ? always : undefined]) {
      if (stream === undefined || this.#parts.hub.newest(stream.id) === undefined) continue;
      const units = pictureOf(claim, this.#parts.hub.kept(stream.id, claim.at), lookedAt);
      if (units !== undefined) return void this.#ask(candidate, stream.name, units);
    }
  }

  async #ask(candidate: Candidate, stream: 'main' | 'sub', units: readonly AccessUnit[]): Promise<void> {
    const { claim } = candidate;
    const { camera } = this.#options;
    const { format, capturedAt } = units.at(-1)!;
    candidate.looking = true;
    candidate.tries++;
    candidate.lookedAt = capturedAt;
    this.#bounds.looks++;
    const begunMs = this.#parts.clock.monotonicMs();
    try {
      const found = await this.#parts.perception.look(camera, units, claim.box);
      this.#stats.looks++;
      const verdict = lookVerdict(claim, found, format.height);
      candidate.looks.push({ claim, stream, units, found, verdict });
      const facts = { kind: claim.kind, place: claim.place, stream, pictures: units.length, verdict };
      const ms = Math.round(this.#parts.clock.monotonicMs() - begunMs);
      this.#parts.log.debug({ camera: camera.id, ...facts, ms }, 'looked a second time');
    } catch (failure) {
      this.#stats.failed++;
      const { message, kind } = asNgatuError(failure);
      if (kind !== 'transient') candidate.tries = MOST_TRIES;
      this.#parts.log.debug({ camera: camera.id, error: message }, 'a second look came to nothing');
    } finally {
      this.#bounds.looks--;
      candidate.looking = false;
    }
    if (this.#candidates.get(keyOf(claim)) !== candidate) return;
    this.#settle(candidate);
    if (candidate.held !== undefined) this.#look(candidate);
  }

  #giveUp(): void {
    const before = this.#parts.clock.now() - GIVEN_UP_MS;
    for (const candidate of [...this.#candidates.values()])
      if (candidate.held === undefined && candidate.claimedAt < before) this.#drop(candidate);
  }

  #drop(candidate: Candidate): void {
    if (candidate.held !== undefined) clearTimeout(candidate.held.deadline);
    candidate.held = undefined;
    if (!this.#candidates.delete(keyOf(candidate.claim)) || candidate.main === undefined) return;
    this.#bounds.mainStreams--;
    void candidate.main.close();
  }
}

function keyOf({ kind, place }: Pick<Incident, 'kind' | 'place'>): string {
  return `${kind}\n${place}`;
}
