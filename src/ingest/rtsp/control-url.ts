/** Addresses for a track and for all tracks together (RFC 2326 §C.1.1). */
export interface ControlUrls {
  readonly track: string;
  readonly aggregate: string;
}

/** `base` is what the server calls the presentation (Content-Base, Content-Location), else the address that was described. */
export function controlUrls(
  base: string,
  control: string | undefined,
  sessionControl: string | undefined,
): ControlUrls {
  const aggregate = resolve(base, sessionControl);
  return { track: resolve(base, control), aggregate };
}

/** Cameras and clients alike append: a query at the end of the base stays where it is. */
function resolve(base: string, control: string | undefined): string {
  if (control === undefined || control === '' || control === '*') return base;
  if (/^rtsps?:\/\//i.test(control)) return control;
  const path = control.startsWith('/') ? control.slice(1) : control;
  return base.endsWith('/') ? base + path : `${base}/${path}`;
}
