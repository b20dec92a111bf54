import { computed, signal } from '@preact/signals';
import type {
  CameraSummary,
  Cameras,
  EventMessage,
  Incident,
  Incidents,
  Status,
} from '../../api/contract.ts';
import { get, noteServerTime } from '../link/api.ts';
import { type EventStream, openEventStream } from '../link/event-stream.ts';

/** What the console knows of the city: loaded once, then kept up to date by the events socket. */
export const cameras = signal<ReadonlyMap<string, CameraSummary>>(new Map());
export const domains = signal<Status['domains']>([]);
export const status = signal<Status | undefined>(undefined);
/** Open and just cleared ones, newest first. */
export const incidents = signal<readonly Incident[]>([]);
export const connected = signal(false);
export const openIncidents = computed(() => incidents.value.filter(({ state }) => state === 'open'));

/** What has ended stays in the list for so long, so that it does not vanish under the operator's eyes. */
const LINGER_MS = 120_000;
const STATUS_EVERY_MS = 10_000;

export function followCity(): () => void {
  let stream: EventStream | undefined;
  let over = false;
  const refresh = async (): Promise<void> => {
    const sentAt = Date.now();
    const now = await get<Status>('/api/status').catch(() => undefined);
    if (now === undefined || over) return;
    noteServerTime(Date.parse(now.now), sentAt, Date.now());
    status.value = now;
    domains.value = now.domains;
    incidents.value = incidents.value.filter(isWorthShowing);
  };
  const begin = async (): Promise<void> => {
    // The sequence comes before the lists: what happens in between is in both, and events are idempotent.
    await refresh();
    const from = status.value?.events.newest;
    if (from === undefined) return void setTimeout(begin, 2000);
    await Promise.all([loadCameras(), loadIncidents()]);
    const hear = (message: EventMessage): void => {
      take(message);
      if (isOutage(message)) void refresh();
    };
    if (!over) stream = openEventStream({ take: hear, connected: (yes) => (connected.value = yes) }, from);
  };
  const timer = setInterval(refresh, STATUS_EVERY_MS);
  void begin();
  return () => {
    over = true;
    clearInterval(timer);
    stream?.close();
  };
}

async function loadCameras(): Promise<void> {
  const found = new Map<string, CameraSummary>();
  let cursor: string | undefined;
  do {
    const page = await get<Cameras>('/api/cameras', { limit: 2000, cursor });
    for (const camera of page.cameras) found.set(camera.id, camera);
    cursor = page.next;
  } while (cursor !== undefined);
  cameras.value = found;
}

async function loadIncidents(): Promise<void> {
  const page = await get<Incidents>('/api/incidents', { state: ['open'], limit: 200 });
  incidents.value = page.incidents;
}

function take(message: EventMessage): void {
  if (message.type === 'unlogged') takeNews(message.event);
  else if (message.type === 'gap') void Promise.all([loadCameras(), loadIncidents()]);
  else if (message.type === 'incident' || message.type === 'camera-state') takeNews(message);
}

/** Outages that stand come with the status. */
function isOutage(message: EventMessage): boolean {
  return (message.type === 'unlogged' ? message.event : message).type === 'outage';
}

type News = Extract<EventMessage, { type: 'unlogged' }>['event'];

function takeNews(news: News): void {
  if (news.type === 'incident') takeIncident(news.incident);
  else if (news.type === 'camera-state') takeState(news);
}

function takeState(news: Extract<News, { type: 'camera-state' }>): void {
  const camera = cameras.value.get(news.camera);
  if (camera === undefined || news.state === 'removed') {
    void loadCameras();
    return;
  }
  const { state, since, reason } = news;
  cameras.value = new Map(cameras.value).set(camera.id, { ...camera, state, since, reason });
}

export function takeIncident(incident: Incident): void {
  const others = incidents.value.filter(({ id }) => id !== incident.id);
  const list = isWorthShowing(incident) ? [...others, incident] : others;
  incidents.value = list.toSorted((a, b) => b.detectedAt.localeCompare(a.detectedAt));
}

function isWorthShowing({ state, updatedAt, clearedAt }: Incident): boolean {
  if (state === 'closed') return false;
  return state === 'open' || Date.now() - Date.parse(clearedAt ?? updatedAt) < LINGER_MS;
}
