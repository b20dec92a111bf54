import { afterRules } from '../incident-life.ts';
import type { IncidentHistory } from '../port.ts';
import type { Face } from './sqlite-history.ts';

export function createSqliteIncidents({ clock, queue, reader }: Face): IncidentHistory {
  const kept = { kind: 'kept', share: 1 } as const;
  const asked = { kind: 'asked', share: 1 } as const;
  return {
    record(change, camera) {
      const at = clock.now();
      const fresh = afterRules(undefined, change, camera);
      const preview = fresh && {
        type: 'incident' as const,
        change: change.change,
        incident: { ...fresh.record, sequence: 0 },
        at,
      };
      return queue.write('recordIncident', { change, camera, at }, { ...kept, ...(preview && { preview }) });
    },
    link: (link) => queue.write('linkIncidents', link, kept),
    recordEvidence: (incident, { at, ...news }) =>
      queue.write('recordEvidence', { incident, news, at }, kept),
    act: (incident, action, by) =>
      queue.write('actOnIncident', { incident, action, by, at: clock.now() }, asked),
    get: (incident) => reader.quick('getIncident', incident),
    list: (filter, page) => reader.quick('listIncidents', { filter, page }),
    totals: (filter) => reader.quick('incidentTotals', filter ?? {}),
    quality: (query) => reader.long('incidentQuality', query),
  };
}
