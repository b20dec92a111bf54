import type { Camera } from '../camera.ts';
import type { Addressed } from './session.ts';

/** The camera and track that a request URL means: absolute or a bare path, with or without `/trackID=n` and a last slash. */
export function addressOf(
  url: string,
  host: string,
  cameras: ReadonlyMap<string, Camera>,
): Addressed | undefined {
  const path = decoded(url.replace(/^rtsps?:\/\/[^/]*/i, '')).replace(/^\//, '');
  const [, name = '', track] = /^(.*?)(?:\/trackID=(\d))?\/?$/s.exec(path) ?? [];
  const camera = cameras.get(name) ?? cameras.get(name.replace(/\?.*$/s, ''));
  if (camera === undefined || camera.host !== host) return undefined;
  return { camera, track: track === undefined ? undefined : Number(track) };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
