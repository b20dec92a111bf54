import { asNgatuError, type Clock, type Lifetime, type Log, NgatuError } from '#base';
import type { Camera } from '#camera';
import type { AccessUnit } from '#ingest';
import type { Hub } from '#live';
import { type ClipRecording, createClip, type Darkroom, recordClip, type Stills } from '#preview';
import type { Incident, IncidentChange } from '#rules';
import type { Evidence, EvidenceFiles, History } from '#store';
import { drawingOf, lookDrawing } from './incident-drawing.ts';
import { surroundings } from './look-picture.ts';
import type { Look } from './second-look.ts';

/** Makes the evidence of incidents: an annotated snapshot and the second look at once, a clip soon, and the whole clip when it is over. */
export interface EvidenceDesk extends Lifetime {
  follow(camera: Camera, change: IncidentChange, look?: Look): void;
  /** Writes what has been recorded so far. */
  close(): Promise<void>;
}

export interface EvidenceDeskParts {
  readonly hub: Hub;
  readonly stills: Pick<Stills, 'annotated'>;
  readonly darkroom: Pick<Darkroom, 'develop'>;
  readonly history: Pick<History, 'incidents'>;
  readonly files: Pick<EvidenceFiles, 'write'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly timezone: string;
}

/** Before the onset, and after detection or clearance. */
const AROUND_MS = 10_000;
/** Incidents recorded at the same time; those beyond have a snapshot only. */
const MOST_RECORDINGS = 64;

interface Recording {
  readonly camera: Camera;
  readonly incident: Incident;
  readonly clip: ClipRecording;
  readonly soon: NodeJS.Timeout;
}

export function createEvidenceDesk(parts: EvidenceDeskParts): EvidenceDesk {
  const recordings = new Map<string, Recording>();

  const tell = (incident: Incident, news: Partial<Omit<Evidence, 'locked'>>): void => {
    parts.history.incidents
      .recordEvidence(incident.id, { ...news, at: parts.clock.now() })
      .catch((failure: unknown) => {
        parts.log.warn(
          { incident: incident.id, error: asNgatuError(failure).message },
          'evidence was not recorded',
        );
      });
  };
  const attempt = async (
    incident: Incident,
    what: keyof Omit<Evidence, 'locked'>,
    make: () => Promise<void>,
  ) => {
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
  const writeClip = ({ camera, incident }: Recording, units: readonly AccessUnit[]) =>
    attempt(incident, 'clip', async () => {
      const clip = createClip(units, { around: incident.detectedAt, title: camera.name });
      if (clip === undefined) throw missing('keyframe', incident);
      await parts.files.write(incident.id, 'clip.mp4', clip.parts);
    });

  const begin = (camera: Camera, incident: Incident): void => {
    if (recordings.has(incident.id)) return;
    void attempt(incident, 'snapshot', () => writeSnapshot(parts, camera, incident));
    if (recordings.size >= MOST_RECORDINGS) {
      parts.log.warn(
        { incident: incident.id, recordings: recordings.size },
        'too many incidents to record this one',
      );
      tell(incident, { clip: 'failed' });
      return;
    }
    const clip = recordClip(parts.hub, camera.id, { since: incident.onsetAt - AROUND_MS });
    // The operator gets what led to it without waiting for the end.
    const soon = setTimeout(() => void writeClip(recording, clip.units()), AROUND_MS);
    const recording: Recording = { camera, incident, clip, soon };
    recordings.set(incident.id, recording);
  };
  const finish = async (incident: Incident, afterMs: number): Promise<void> => {
    const recording = recordings.get(incident.id);
    if (recording === undefined) return;
    const units = await recording.clip.finish(afterMs);
    if (!recordings.delete(incident.id)) return;
    clearTimeout(recording.soon);
    await writeClip(recording, units);
  };

  return {
    follow(camera, { change, incident }, look) {
      if (look !== undefined)
        void attempt(incident, 'secondLook', () => writeLook(parts, camera, incident, look));
      // What is reopened has its evidence: another picture of that moment is not to be had.
      if (change === 'opened') begin(camera, incident);
      else if (change === 'cleared') void finish(incident, AROUND_MS);
    },
    async close() {
      for (const { incident, clip } of [...recordings.values()]) {
        void clip.close();
        await finish(incident, 0);
      }
    },
  };
}

async function writeSnapshot(parts: EvidenceDeskParts, camera: Camera, incident: Incident): Promise<void> {
  const still = await parts.stills.annotated(camera.id, { moment: incident.detectedAt }, (capturedAt) =>
    drawingOf(camera, incident, capturedAt, parts.timezone),
  );
  if (still === undefined) throw missing('picture', incident);
  await parts.files.write(incident.id, 'snapshot.jpg', [still.bytes]);
}

/** As many pixels as the picture has there. */
async function writeLook(
  parts: EvidenceDeskParts,
  camera: Camera,
  incident: Incident,
  look: Look,
): Promise<void> {
  const part = surroundings(look.claim.box);
  const drawing = lookDrawing(camera, look, part, parts.timezone);
  const { units } = look;
  const still = await parts.darkroom.develop({ units, part, width: undefined, format: 'jpeg', drawing });
  await parts.files.write(incident.id, 'second-look.jpg', [still.bytes]);
}

function missing(what: string, { id, camera }: Incident): NgatuError {
  return new NgatuError('EVIDENCE_MISSING', `no ${what} of that moment is kept`, {
    kind: 'transient',
    context: { incident: id, camera },
  });
}
