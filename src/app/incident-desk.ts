import { asNgatuError, type Log } from '#base';
import type { Camera, CameraId } from '#camera';
import type { Incident, IncidentChange } from '#rules';
import type { History } from '#store';
import type { EvidenceDesk } from './evidence-desk.ts';

/** Takes what the rules say to history and has the evidence made. Knows what is open. */
export interface IncidentDesk {
  /** In the order of the changes; returns at once. */
  take(camera: Camera, change: IncidentChange): void;
  open(camera: CameraId): readonly Incident[];
  /** The camera is gone: nobody will see its incidents end. */
  abandon(camera: Camera, at: number): void;
}

export interface IncidentDeskParts {
  readonly history: Pick<History, 'incidents'>;
  readonly evidence: EvidenceDesk;
  readonly log: Log;
}

/** Begins with what was open when the program ended. */
export async function openIncidentDesk({ history, evidence, log }: IncidentDeskParts): Promise<IncidentDesk> {
  const open = new Map<CameraId, Map<string, Incident>>();
  const remember = (incident: Incident): void => {
    const ofCamera = open.get(incident.camera) ?? new Map<string, Incident>();
    open.set(incident.camera, ofCamera);
    if (incident.clearedAt === undefined) ofCamera.set(incident.id, incident);
    else ofCamera.delete(incident.id);
  };
  for (const incident of await everyOpen(history)) remember(incident);

  const desk: IncidentDesk = {
    take(camera, change) {
      const { incident } = change;
      remember(incident);
      const facts = { camera: camera.id, name: camera.name, domain: camera.domain };
      history.incidents.record(change, facts).then(
        () => evidence.follow(camera, change),
        (failure: unknown) =>
          log.error(
            { incident: incident.id, error: asNgatuError(failure).message },
            'an incident was not stored',
          ),
      );
    },
    open: (camera) => [...(open.get(camera)?.values() ?? [])],
    abandon(camera, at) {
      for (const incident of desk.open(camera.id))
        desk.take(camera, { change: 'cleared', incident: { ...incident, clearedAt: at, updatedAt: at } });
    },
  };
  return desk;
}

async function everyOpen(history: Pick<History, 'incidents'>): Promise<Incident[]> {
  const all: Incident[] = [];
  let cursor: string | undefined;
  do {
    const page = await history.incidents.list({ states: ['open'] }, { limit: 500, cursor });
    all.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}
