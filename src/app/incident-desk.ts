import { asNgatuError, type Clock, type Log } from '#base';
import type { Camera, CameraId } from '#camera';
import { defaultLinking, type Incident, type IncidentChange, linkNeighbours } from '#rules';
import type { History, IncidentFilter } from '#store';
import type { EvidenceDesk } from './evidence-desk.ts';
import type { Look } from './second-look.ts';

/** Takes what the rules say to history, links neighbours and has the evidence made. Knows what is open. */
export interface IncidentDesk {
  /** In the order of the changes, with how it was looked at again, if it was; returns at once. */
  take(camera: Camera, change: IncidentChange, look?: Look): void;
  open(camera: CameraId): readonly Incident[];
  /** The camera is gone: nobody will see its incidents end. */
  abandon(camera: Camera, at: number): void;
}

export interface IncidentDeskParts {
  readonly history: Pick<History, 'incidents'>;
  readonly evidence: Pick<EvidenceDesk, 'follow'>;
  readonly camera: (id: CameraId) => Camera | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const LINKED_MS = defaultLinking.withinSeconds * 1000;
/** An incident that was cleared just before the program ended was raised after this. */
const LONGEST_MS = 6 * 3_600_000;

/** Begins with what was open when the program ended. */
export async function openIncidentDesk(parts: IncidentDeskParts): Promise<IncidentDesk> {
  const { history, evidence, clock, log } = parts;
  const open = new Map<CameraId, Map<string, Incident>>();
  /** Lately enough to be linked. */
  const cleared = new Map<string, Incident>();
  const remember = (incident: Incident): void => {
    const ofCamera = open.get(incident.camera) ?? new Map<string, Incident>();
    open.set(incident.camera, ofCamera);
    const [now, before] = incident.clearedAt === undefined ? [ofCamera, cleared] : [cleared, ofCamera];
    before.delete(incident.id);
    now.set(incident.id, incident);
  };
  for (const incident of await every(history, { states: ['open'] })) remember(incident);
  for (const incident of await every(history, { states: ['cleared'], from: clock.now() - LONGEST_MS }))
    remember(incident);

  /** Only when one is raised: nothing here is paid by the picture. */
  const link = (camera: Camera, incident: Incident): void => {
    for (const [id, { clearedAt = 0 }] of cleared)
      if (clearedAt < incident.onsetAt - LINKED_MS) cleared.delete(id);
    const others = [...[...open.values()].flatMap((some) => [...some.values()]), ...cleared.values()];
    const placed = others.flatMap((other) => {
      const by = parts.camera(other.camera);
      return by === undefined ? [] : [{ incident: other, camera: by }];
    });
    for (const { other, relation, metres } of linkNeighbours({ incident, camera }, placed))
      history.incidents
        .link({ from: incident.id, to: other, relation, metres, at: clock.now() })
        .catch((failure: unknown) =>
          log.warn({ incident: incident.id, error: asNgatuError(failure).message }, 'a link was not stored'),
        );
  };

  const desk: IncidentDesk = {
    take(camera, change, look) {
      const { incident } = change;
      remember(incident);
      const facts = { camera: camera.id, name: camera.name, domain: camera.domain };
      history.incidents.record(change, facts).then(
        () => evidence.follow(camera, change, look),
        (failure: unknown) =>
          log.error(
            { incident: incident.id, error: asNgatuError(failure).message },
            'an incident was not stored',
          ),
      );
      // Behind the incident itself in the queue, so that it is stored when its links come.
      if (change.change === 'opened' || change.change === 'reopened') link(camera, incident);
    },
    open: (camera) => [...(open.get(camera)?.values() ?? [])],
    abandon(camera, at) {
      for (const incident of desk.open(camera.id))
        desk.take(camera, { change: 'cleared', incident: { ...incident, clearedAt: at, updatedAt: at } });
    },
  };
  return desk;
}

async function every(history: Pick<History, 'incidents'>, filter: IncidentFilter): Promise<Incident[]> {
  const all: Incident[] = [];
  let cursor: string | undefined;
  do {
    const page = await history.incidents.list(filter, { limit: 500, cursor });
    all.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}
