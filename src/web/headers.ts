import type { RequestHandler } from 'express';

/**
 * What a browser may do with our pages: only what comes from here, no frames, no guessing of types. Pictures and video of
 * the wall are made in the page (`blob:`); everything on the wire is `'self'`, the sockets too.
 */
const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `img-src 'self' data: blob:`,
  `media-src 'self' blob:`,
  `connect-src 'self'`,
  `font-src 'self'`,
  `worker-src 'self' blob:`,
  `manifest-src 'self'`,
  `base-uri 'none'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** `secure`: the page came over TLS, so it may ask to be reached only that way. */
export function securityHeaders(secure: (request: Parameters<RequestHandler>[0]) => boolean): RequestHandler {
  return (request, response, next) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    if (secure(request)) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
    next();
  };
}
