import { asNgatuError, type Clock, type Lifetime, type Log, NgatuError } from '#base';
import type { Camera } from '#camera';
import type { AccessUnit } from '#ingest';
import type { Hub } from '#live';
import { annotate, createClip, type Stills } from '#preview';
import type { Incident, IncidentChange } from '#rules';
import type { EvidenceState, History } from '#store';
import { drawingOf } from './incident-drawing.ts';

/** Makes the evidence of incidents: an annotated snapshot at once, a clip soon, and a longer clip when it is over. */
export interface EvidenceDesk extends Lifetime {
  follow(camera: Camera, change: IncidentChange): void;
  /** Writes what has been recorded so far. */
  close(): Promise<void>;
}

export interface EvidenceDeskParts {
  readonly hub: Hub;
  readonly stills: Stills;
  readonly history: Pick<History, 'incidents'>;
  readonly files: {
    write(incident: string, name: 'clip.mp4' | 'snapshot.jpg', parts: readonly Uint8Array[]): Promise<void>;
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly timezone: string;
}

/** Before the onset and after detection or clearance. */
const AROUND_MS = 10_000;
/** Of a clip; an incident that lasts longer keeps the clip of its beginning. */
const LONGEST_MS = 120_000;
const MOST_BYTES = 48 * 1024 * 1024;
/** Incidents recorded at the same time; more wait for nothing and say so. */
const MOST_CAPTURES = 64;

interface Capture {
  readonly camera: Camera;
  readonly incident: Incident;
  readonly units: AccessUnit[];
  bytes: number;
  readonly reading: Lifetime;
  timer: NodeJS.Timeout | undefined;
  finish: NodeJS.Timeout | undefined;
}

export function createEvidenceDesk(parts: EvidenceDeskParts): EvidenceDesk {
  const captures = new Map<string, Capture>();

  const tell = (incident: Incident, news: { snapshot?: EvidenceState; clip?: EvidenceState }): void => {
    const at = parts.clock.now();
    parts.history.incidents.recordEvidence(incident.id, { ...news, at }).catch((failure: unknown) => {
      parts.log.warn(
        { incident: incident.id, error: asNgatuError(failure).message },
        'evidence was not recorded',
      );
    });
  };
  const attempt = async (incident: Incident, what: 'snapshot' | 'clip', make: () => Promise<void>) => {
    try {
      await make();
      tell(incident, { [what]: 'ready' });
    } catch (failure) {
      parts.log.warn(
        { incident: incident.id, error: asNgatuError(failure).message },
        `no ${what} of an incident`,
      );
      tell(incident, { [what]: 'failed' });
    }
  };
  const writeClip = (camera: Camera, incident: Incident, units: readonly AccessUnit[]) =>
    attempt(incident, 'clip', async () => {
      const clip = createClip(units, { around: incident.detectedAt, title: camera.name });
      if (clip === undefined) throw missing('keyframe', incident);
      await parts.files.write(incident.id, 'clip.mp4', clip.parts);
    });
  const end = (id: string): void => {
    const capture = captures.get(id);
    if (capture === undefined) return;
    captures.delete(id);
    clearTimeout(capture.timer);
    clearTimeout(capture.finish);
    void capture.reading.close();
  };

  const begin = (camera: Camera, incident: Incident): void => {
    if (captures.has(incident.id)) return;
    void attempt(incident, 'snapshot', () => writeSnapshot(parts, camera, incident));
    if (captures.size >= MOST_CAPTURES) {
      void attempt(incident, 'clip', () =>
        Promise.reject(
          new NgatuError('EVIDENCE_BUSY', `${captures.size} clips are being recorded`, { kind: 'transient' }),
        ),
      );
      return;
    }
    const units = [...parts.hub.kept(camera.id, incident.onsetAt - AROUND_MS)];
    const capture: Capture = {
      camera,
      incident,
      units,
      bytes: units.reduce((sum, { data }) => sum + data.length, 0),
      reading: parts.hub.read(camera.id, { write: (unit) => take(capture, unit) }, { from: 'cached' }),
      // The operator gets the half minute before and the moment after without waiting for the end.
      timer: setTimeout(() => void writeClip(camera, incident, capture.units), AROUND_MS),
      finish: setTimeout(() => end(incident.id), LONGEST_MS),
    };
    captures.set(incident.id, capture);
  };

  const finish = (camera: Camera, incident: Incident): void => {
    const capture = captures.get(incident.id);
    if (capture === undefined) return;
    clearTimeout(capture.finish);
    capture.finish = setTimeout(() => {
      void writeClip(camera, incident, capture.units);
      end(incident.id);
    }, AROUND_MS);
  };

  return {
    follow(camera, { change, incident }) {
      if (change === 'opened' || change === 'reopened') begin(camera, incident);
      else if (change === 'cleared') finish(camera, incident);
    },
    async close() {
      const unfinished = [...captures.values()];
      for (const id of [...captures.keys()]) end(id);
      for (const { camera, incident, units } of unfinished) await writeClip(camera, incident, units);
    },
  };
}

/** The reader begins with the cached group, of which we have the same pictures: nothing is missed, nothing comes twice. */
function take(capture: Capture, unit: AccessUnit): boolean {
  const last = capture.units.at(-1);
  if (last !== undefined && unit.sequence <= last.sequence) return true;
  if (capture.bytes > MOST_BYTES) return true;
  capture.units.push(unit);
  capture.bytes += unit.data.length;
  return true;
}

async function writeSnapshot(parts: EvidenceDeskParts, camera: Camera, incident: Incident): Promise<void> {
  const picture = await parts.stills.picture(camera.id, { moment: incident.detectedAt });
  if (picture === undefined) throw missing('picture', incident);
  const drawn = await annotate(picture, drawingOf(camera, incident, picture.capturedAt, parts.timezone));
  await parts.files.write(incident.id, 'snapshot.jpg', [drawn.bytes]);
}

function missing(what: string, { id, camera }: Incident): NgatuError {
  return new NgatuError('EVIDENCE_MISSING', `no ${what} of that moment is kept`, {
    kind: 'transient',
    context: { incident: id, camera },
  });
}
