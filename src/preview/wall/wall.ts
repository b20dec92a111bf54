import { OutboxBuffers } from './outbox.ts';
import { WALL_LIMITS, type Wall, type WallDeps, type WallStats } from './port.ts';
import { SharedMuxers } from './shared-muxers.ts';
import { Viewer, type ViewerDeps, type WallCounts } from './viewer.ts';

const TICK_MS = 500;
/** RFC 6455 §7.4.1: going away. */
const GOING_AWAY = 1001;

export function createWall(deps: WallDeps): Wall {
  const counts: WallCounts = {
    picturesSent: 0,
    bytesSent: 0,
    picturesDropped: 0,
    viewersCutOff: 0,
    requestsRefused: 0,
  };
  const limits = { ...WALL_LIMITS, ...deps.limits };
  const viewers = new Map<Viewer, () => void>();
  const flushLater = flushOncePerTurn();
  const viewerDeps: ViewerDeps = {
    ...{ hub: deps.hub, sources: deps.sources, muxers: new SharedMuxers(), buffers: new OutboxBuffers() },
    ...{ transcoder: deps.transcoder, watchState: deps.watchState, clock: deps.clock },
    ...{ limits, counts, flushLater, streamWaitMs: limits.streamWaitMs },
  };
  const ticking = setInterval(() => {
    for (const viewer of viewers.keys()) viewer.tick();
  }, TICK_MS);
  ticking.unref();
  return {
    serve(socket, who, connection) {
      const viewer = new Viewer(socket, who, connection, viewerDeps);
      const leave = () => {
        viewers.delete(viewer);
        viewer.close();
      };
      viewers.set(viewer, () => socket.close(GOING_AWAY, 'the server is stopping'));
      socket.on('close', leave);
      socket.on('error', (error) =>
        deps.log.debug({ viewer: who.name, error: error.message }, 'wall socket failed'),
      );
    },
    stats: () => stats([...viewers.keys()], counts),
    close() {
      clearInterval(ticking);
      for (const [viewer, end] of viewers) {
        viewer.close();
        end();
      }
      viewers.clear();
    },
  };
}

/** Viewers that have something to send, each once, all at the end of this turn of the event loop. */
function flushOncePerTurn(): (viewer: Viewer) => void {
  let waiting: Viewer[] = [];
  const flush = () => {
    const now = waiting;
    waiting = [];
    for (const viewer of now) viewer.flush();
  };
  return (viewer) => {
    if (waiting.push(viewer) === 1) setImmediate(flush);
  };
}

function stats(viewers: readonly Viewer[], counts: WallCounts): WallStats {
  return {
    ...counts,
    viewers: viewers.length,
    channels: viewers.reduce((sum, viewer) => sum + viewer.channels, 0),
    viewersBehind: viewers.filter((viewer) => viewer.isBehind).length,
  };
}
