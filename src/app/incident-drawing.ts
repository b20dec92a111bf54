import type { EpochMs } from '#base';
import type { Camera } from '#camera';
import type { Drawing } from '#preview';
import type { Incident, IncidentKind, Severity } from '#rules';

const KINDS: Readonly<Record<IncidentKind, string>> = {
  congestion: 'Ùn tắc · congestion',
  'queue-spillback': 'Hàng chờ tràn · queue spill-back',
  'stopped-vehicle': 'Xe dừng · stopped vehicle',
  'wrong-way': 'Ngược chiều · wrong way',
  pedestrian: 'Người đi bộ · pedestrian',
  'slow-traffic': 'Xe đi chậm · slow traffic',
  'camera-fault': 'Lỗi camera · camera fault',
};

const COLOURS: Readonly<Record<Severity, string>> = {
  critical: '#ff3b30',
  major: '#ff9500',
  minor: '#ffd400',
};

/** What is drawn onto the snapshot of an incident: where, what, which camera, when. */
export function drawingOf(
  camera: Camera,
  incident: Incident,
  capturedAt: EpochMs,
  timezone: string,
): Drawing {
  const colour = COLOURS[incident.severity];
  const scene = camera.analysis?.scene;
  const areas = [...(scene?.lanes ?? []), ...(scene?.zones ?? [])].filter(
    (area) => area.id === incident.place || ('group' in area && area.group === incident.place),
  );
  const when = new Intl.DateTimeFormat('vi-VN', {
    dateStyle: 'short',
    timeStyle: 'medium',
    timeZone: timezone,
  });
  return {
    areas: areas.map(({ polygon, name }) => ({ polygon, label: name, colour })),
    boxes: incident.box === undefined ? [] : [{ box: incident.box, label: KINDS[incident.kind], colour }],
    caption: [KINDS[incident.kind], camera.name, when.format(capturedAt)],
  };
}
