import type { Metrics } from '#base';
import type { Ingest, IngestStats } from '#ingest';
import type { Hub } from '#live';
import type { Perception } from '#perception';
import type { Darkroom, Transcoder, Wall } from '#preview';
import type { History, TrackArchive } from '#store';
import type { EventLoop } from './event-loop.ts';
import type { Fleet } from './fleet.ts';
import type { OutageDesk } from './outage-desk.ts';
import type { SecondLooks } from './second-look.ts';

export interface Measured {
  readonly ingest: Ingest;
  readonly hub: Hub;
  readonly wall: Wall;
  readonly fleet: Fleet;
  readonly history: History;
  readonly darkroom: Darkroom;
  readonly loop: EventLoop;
  readonly perception: Perception | undefined;
  readonly looks: SecondLooks | undefined;
  readonly transcoder: Transcoder;
  readonly archive: TrackArchive;
  readonly outages: OutageDesk;
}

/** Everything that Prometheus is told; read when it asks, so that nothing on the way of a picture counts twice. */
export function exposeMetrics(
  metrics: Metrics,
  {
    ingest,
    hub,
    wall,
    fleet,
    history,
    darkroom,
    loop,
    perception,
    looks,
    transcoder,
    archive,
    outages,
  }: Measured,
): void {
  const counter = (name: string, help: string, read: () => number) =>
    metrics.sampled(`ngatu_${name}`, help, 'counter', read);
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.sampled(`ngatu_${name}`, help, 'gauge', read);
  const pulled =
    <Key extends keyof IngestStats>(key: Key) =>
    () =>
      ingest.stats()[key] as number;

  gauge('cameras', 'Cameras configured', () => fleet.cameras().length);
  gauge('cameras_live', 'Cameras whose pictures arrive', () => ingest.stats().byState.live);
  gauge(
    'outages',
    'Hosts, networks and domains whose cameras are lost together',
    () => outages.standing().length,
  );
  gauge('outage_cameras', 'Cameras that are lost in outages', () =>
    outages.standing().reduce((sum, { down }) => sum + down, 0),
  );
  counter('ingest_dials_total', 'Connections attempted', pulled('dials'));
  counter('ingest_bytes_total', 'Bytes read from cameras', pulled('bytes'));
  counter('ingest_packets_total', 'RTP packets read', pulled('packets'));
  counter(
    'ingest_packets_lost_total',
    'RTP packets missing by their sequence numbers',
    pulled('packetsLost'),
  );
  counter('ingest_pictures_total', 'Pictures read', pulled('pictures'));
  counter(
    'ingest_pictures_damaged_total',
    'Pictures left out because a part was missing',
    pulled('picturesDamaged'),
  );
  gauge('hub_kept_bytes', 'Bytes of pictures kept', () => hub.stats().keptBytes);
  gauge('hub_readers', 'Readers of streams', () => hub.stats().readers);
  counter(
    'hub_pictures_dropped_total',
    'Pictures that slow readers missed',
    () => hub.stats().picturesDropped,
  );
  gauge('wall_viewers', 'Operators with an open wall', () => wall.stats().viewers);
  gauge('wall_channels', 'Tiles that are being sent', () => wall.stats().channels);
  counter('wall_pictures_sent_total', 'Pictures sent to walls', () => wall.stats().picturesSent);
  counter('wall_bytes_sent_total', 'Bytes sent to walls', () => wall.stats().bytesSent);
  counter(
    'wall_pictures_dropped_total',
    'Pictures left out for slow viewers',
    () => wall.stats().picturesDropped,
  );
  counter('stills_decoded_total', 'Stills decoded', () => darkroom.stats.decoded);
  counter('stills_failed_total', 'Stills that could not be decoded', () => darkroom.stats.failed);
  gauge('history_queued_writes', 'Facts that wait for the disk', () => history.stats().queuedWrites);
  counter('history_commits_total', 'Commits', () => history.stats().commits);
  counter(
    'history_refused_writes_total',
    'Facts refused because the queue was full',
    () => history.stats().refusedWrites,
  );
  gauge('history_database_bytes', 'Size of the database', () => history.stats().databaseBytes);
  gauge(
    'event_loop_delay_p99_seconds',
    'Delay of the thread that serves pictures',
    () => loop.p99Ms() / 1000,
  );
  gauge(
    'transcodes_running',
    'Streams encoded anew for browsers that do not play them',
    () => transcoder.stats.running,
  );
  counter('tracks_observations_total', 'Observations written for replay', () => archive.stats().observations);
  counter('tracks_dropped_total', 'Observations lost for replay', () => archive.stats().dropped);
  if (perception !== undefined) exposePerception(metrics, perception);
  if (looks !== undefined) exposeLooks(counter, looks);
}

function exposeLooks(
  counter: (name: string, help: string, read: () => number) => void,
  { stats }: SecondLooks,
): void {
  counter('second_looks_total', 'Second looks taken', () => stats.looks);
  counter('second_looks_failed_total', 'Second looks that came to nothing', () => stats.failed);
  counter('incidents_confirmed_total', 'Incidents that a second look bore out', () => stats.confirmed);
  counter(
    'incidents_unverified_total',
    'Incidents told without a second look that says yes or no',
    () => stats.unverified,
  );
  counter(
    'incidents_insisted_total',
    'Incidents told although second looks found nothing, because their tracks went on',
    () => stats.insisted,
  );
  counter(
    'incidents_held_back_total',
    'Incidents never told because second looks found nothing',
    () => stats.heldBack,
  );
}

function exposePerception(metrics: Metrics, perception: Perception): void {
  const sampled = (name: string, help: string, kind: 'counter' | 'gauge', read: () => number) =>
    metrics.sampled(`ngatu_perception_${name}`, help, kind, read);
  const sum = (of: (camera: ReturnType<Perception['stats']>['cameras'][number]) => number) => () =>
    perception.stats().cameras.reduce((total, camera) => total + of(camera), 0);
  sampled(
    'pictures_per_second',
    'Pictures analysed a second, all cameras',
    'gauge',
    sum((one) => one.picturesPerSecond),
  );
  sampled(
    'pictures_analysed',
    'Pictures analysed since its process started',
    'gauge',
    sum((one) => one.picturesAnalysed),
  );
  sampled(
    'pictures_dropped',
    'Pictures that a newer one overtook, since its process started',
    'gauge',
    sum((one) => one.picturesDropped),
  );
  sampled(
    'busy_share',
    "Share of its threads' time spent in the model",
    'gauge',
    () => perception.stats().busy,
  );
  sampled(
    'inference_seconds',
    'Mean time of the model a picture',
    'gauge',
    () => perception.stats().inferenceMs.mean / 1000,
  );
  sampled(
    'restarts_total',
    'Times its process was started again',
    'counter',
    () => perception.stats().restarts,
  );
  sampled(
    'units_refused_total',
    'Access units it could not take',
    'counter',
    () => perception.stats().unitsRefused,
  );
}
