import type { RequestHandler } from 'express';
import type { Metrics } from '#base';
import type { OpenSockets } from './sockets/open-sockets.ts';

const SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10] as const;

/** Requests by method and status, how long they took, and how many sockets are open. Paths would be a label without end. */
export function countRequests(metrics: Metrics, sockets: OpenSockets): RequestHandler {
  const labels = ['method', 'status'] as const;
  const requests = metrics.counter('ngatu_http_requests_total', 'HTTP requests answered', labels);
  const seconds = metrics.histogram('ngatu_http_request_seconds', 'Time until an answer was sent', SECONDS);
  metrics.sampled('ngatu_sockets', 'WebSockets open now', 'gauge', () => sockets.count());
  return (request, response, next) => {
    const began = performance.now();
    response.on('close', () => {
      requests.inc({ method: request.method, status: response.statusCode });
      seconds.observe((performance.now() - began) / 1000);
    });
    next();
  };
}
