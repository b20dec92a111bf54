import type { Box, EpochMs } from '#base';
import type { Camera } from '#camera';
import type { RoadUser } from '#perception';
import type { Drawing } from '#preview';
import type { Incident, IncidentKind, Severity } from '#rules';
import { SURE } from './look-verdict.ts';
import type { Look } from './second-look.ts';

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
  return {
    areas: areas.map(({ polygon, name }) => ({ polygon, label: name, colour })),
    boxes: incident.box === undefined ? [] : [{ box: incident.box, label: KINDS[incident.kind], colour }],
    caption: [KINDS[incident.kind], camera.name, clockOf(capturedAt, timezone)],
  };
}

const ROAD_USERS: Readonly<Record<RoadUser, string>> = {
  car: 'ô tô · car',
  motorbike: 'xe máy · motorbike',
  bus: 'xe buýt · bus',
  truck: 'xe tải · truck',
  bicycle: 'xe đạp · bicycle',
  person: 'người · person',
};
const CLAIMED = '#ffd400';
const FOUND = '#34c759';

/** What is drawn onto a second look: what was claimed, what was surely found, in which picture of which stream. */
export function lookDrawing(camera: Camera, look: Look, part: Box, timezone: string): Drawing {
  const { format, capturedAt } = look.units.at(-1)!;
  const sure = look.found.filter(({ confidence }) => confidence >= SURE);
  const found = sure.map(({ kind, box, confidence }) => ({
    box: inPart(box, part),
    label: `${ROAD_USERS[kind]} ${Math.round(100 * confidence)} %`,
    colour: FOUND,
  }));
  const stream = `${look.stream} ${format.width}×${format.height}`;
  return {
    boxes: [{ box: inPart(look.claim.box, part), colour: CLAIMED }, ...found],
    caption: [`${camera.name} · ${stream}`, clockOf(capturedAt, timezone)],
  };
}

function inPart({ left, top, right, bottom }: Box, part: Box): Box {
  const x = (at: number) => (at - part.left) / (part.right - part.left);
  const y = (at: number) => (at - part.top) / (part.bottom - part.top);
  return { left: x(left), top: y(top), right: x(right), bottom: y(bottom) };
}

function clockOf(at: EpochMs, timeZone: string): string {
  return new Intl.DateTimeFormat('vi-VN', { dateStyle: 'short', timeStyle: 'medium', timeZone }).format(at);
}
