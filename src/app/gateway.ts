/** The serving process: every part opened once, in the order of the data, and closed in reverse. */
import { join } from 'node:path';
import { systemClock as clock, createMetrics, type Lifetime, type Log, lifetimes } from '#base';
import type { Camera } from '#camera';
import { createCameraHealth } from '#health';
import { createIngest, defaultIngestOptions } from '#ingest';
import { createHub } from '#live';
import { createPerception } from '#perception';
import { createDarkroom, createPictureWatch, createStills, createTranscoder, createWall } from '#preview';
import { openEvidenceFiles, openSqliteHistory, openTrackArchive, startRetention } from '#store';
import { createWeb } from '#web';
import { type Configuration, readConfigurationApart } from './config/index.ts';
import { createConfigDesk } from './config-desk.ts';
import { watchEventLoop } from './event-loop.ts';
import { createEvidenceDesk } from './evidence-desk.ts';
import { ensureAdministrator } from './first-administrator.ts';
import { createFleet } from './fleet.ts';
import { followHealth } from './health-desk.ts';
import { openIncidentDesk } from './incident-desk.ts';
import { createLagMeter } from './lag-meter.ts';
import { createMainStreams, streamsOf } from './main-streams.ts';
import { exposeMetrics } from './metrics.ts';
import { openOutageDesk } from './outage-desk.ts';
import { consoleFolder, modelsFolder } from './places.ts';
import { watchRules } from './rule-watch.ts';
import { createSceneDesk } from './scene-desk.ts';
import { createSecondLooks } from './second-look.ts';
import { createSimulatedCameras } from './simulated-cameras.ts';
import { utcOffsetMinutes as offsetOf } from './time-zone.ts';
import { openTrafficDesk } from './traffic-desk.ts';

export interface GatewayOptions {
  readonly configuration: Configuration;
  /** The file that the configuration was read from. */
  readonly file: string;
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** Only the first so many cameras, the analysed ones first. */
  readonly cameras: number | undefined;
  readonly administratorPassword: string | undefined;
  readonly version: string;
  readonly log: Log;
}

export interface Gateway extends Lifetime {
  readonly url: string;
  /** Made up for a new data folder; to be shown once. */
  readonly newPassword: string | undefined;
  close(): Promise<void>;
}

export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, dataFolder } = options;
  const { site, dialling } = options.configuration;
  const utcOffsetMinutes = offsetOf(site.timezone, clock.now());
  const first = (configuration: Configuration): Configuration => firstCameras(configuration, options.cameras);
  const opened = lifetimes();
  try {
    const metrics = createMetrics();
    const history = opened.keep(await openSqliteHistory({ dir: dataFolder, clock, log }));
    const newPassword = await ensureAdministrator(history.people, options.administratorPassword);
    const simulated = opened.keep(createSimulatedCameras(log));
    const configuration = await simulated.place(first(options.configuration));

    const ingest = opened.keep(createIngest({ clock, options: ingestOptions(dialling) }));
    const hub = createHub({ log });
    const darkroom = opened.keep(createDarkroom({ clock, log }));
    const stills = createStills({ hub, darkroom, clock, streamOf: (id, name) => streamOf(id, name) });
    const health = createCameraHealth((change) => changes.told(change));

    const files = await openEvidenceFiles({ dir: join(dataFolder, 'evidence'), history, clock, log });
    const archive = opened.keep(openTrackArchive({ dir: join(dataFolder, 'tracks'), clock, log }));
    opened.keep(startRetention({ history, evidence: files, tracks: archive, log }));
    const evidence = opened.keep(
      createEvidenceDesk({ hub, stills, darkroom, history, files, clock, log, timezone: site.timezone }),
    );
    const incidents = await openIncidentDesk({
      ...{ history, evidence, clock, log },
      camera: (id) => fleet.camera(id),
    });
    const analysed = configuration.cameras
      .filter(({ rules }) => rules !== undefined)
      .map(({ camera }) => camera.id);
    const traffic = opened.keep(await openTrafficDesk({ history, clock, log, archive }, analysed));

    const mainStreams = opened.keep(
      createMainStreams({ clock, ingest, hub, camera: (id): Camera | undefined => fleet.camera(id) }),
    );
    const perception =
      analysed.length === 0 ? undefined : opened.keep(createPerception({ clock, log, modelsFolder }));
    const looks = perception && createSecondLooks({ hub, perception, mainStreams, clock, log });
    const pictures = opened.keep(
      createPictureWatch({
        hub,
        darkroom,
        clock,
        log,
        tell: ({ camera, state, reason, at }) => health.picture(camera, state, reason, at),
      }),
    );
    const lag = createLagMeter();
    const fleet = opened.keep(
      createFleet(
        {
          clock,
          ingest,
          hub,
          health,
          perception,
          looks,
          pictures,
          incidents,
          traffic,
          utcOffsetMinutes,
          lag,
          removed: (camera, at) => changes.removed(camera, at),
        },
        { ...configuration, cameras: [] },
      ),
    );
    const streamOf = (id: string, name: 'sub' | 'main' | undefined) => {
      const camera = fleet.camera(id);
      const streams = camera === undefined ? [] : streamsOf(camera);
      return name === undefined ? streams[0]?.id : streams.find((stream) => stream.name === name)?.id;
    };
    const outages = opened.keep(await openOutageDesk({ fleet, history, clock, log }));
    const changes = opened.keep(followHealth({ health, fleet, history, incidents, outages, clock, log }));
    const loop = opened.keep(watchEventLoop(clock, (ms) => changes.stalled(ms)));
    const transcoder = opened.keep(createTranscoder({ hub, darkroom, clock, log }));
    const wall = opened.keep(
      createWall({
        hub,
        sources: {
          streams: (id) => {
            const camera = fleet.camera(id);
            return camera && streamsOf(camera);
          },
          want: (stream) => mainStreams.want(stream),
        },
        watchState: changes.watch,
        transcoder,
        clock,
        log,
      }),
    );
    await fleet.apply(configuration);

    const load = (text?: string) =>
      readConfigurationApart(options.file, { env: process.env, models: modelsFolder, text });
    const config = opened.keep(
      createConfigDesk({
        file: options.file,
        fleet,
        log,
        load,
        place: (next) => simulated.place(first(next)),
      }),
    );
    exposeMetrics(metrics, {
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
    });
    const web = opened.keep(
      await createWeb(
        {
          clock,
          log,
          metrics,
          site: { name: site.name, version: options.version, startedAt: clock.now(), utcOffsetMinutes },
          history,
          fleet,
          outages,
          stills,
          evidence: files,
          rules: watchRules(fleet),
          config,
          scenes: createSceneDesk({ tracks: join(dataFolder, 'tracks'), fleet, clock }),
          wall,
          ready: () => undefined,
          lag: () => ({ eventLoopP99Ms: loop.p99Ms(), analysisP95Ms: lag.p95() }),
        },
        {
          host: options.host,
          port: options.port,
          tls: undefined,
          openMetrics: false,
          trustProxy: false,
          origins: [],
          mostSockets: 2_000,
          consoleDir: consoleFolder,
        },
      ),
    );
    return { url: `http://${web.host}:${web.port}`, newPassword, close: () => opened.close() };
  } catch (failure) {
    await opened.close();
    throw failure;
  }
}

function firstCameras(configuration: Configuration, most: number | undefined): Configuration {
  return most === undefined
    ? configuration
    : { ...configuration, cameras: configuration.cameras.slice(0, most) };
}

function ingestOptions({ perSecond, atOnce, perHost }: Configuration['dialling']) {
  const { dial } = defaultIngestOptions;
  return {
    dial: {
      dialsPerSecond: perSecond ?? dial.dialsPerSecond,
      concurrentDials: atOnce ?? dial.concurrentDials,
      concurrentDialsPerHost: perHost ?? dial.concurrentDialsPerHost,
    },
  };
}
