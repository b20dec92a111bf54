import { isDeepStrictEqual } from 'node:util';
import type { CameraId } from '#camera';
import type { Configuration, ConfiguredCamera } from './configuration.ts';

/** What a new configuration changes, camera by camera; cameras that are not listed stay untouched. */
export interface Changes {
  readonly added: readonly ConfiguredCamera[];
  readonly removed: readonly CameraId[];
  readonly changed: readonly {
    readonly camera: ConfiguredCamera;
    readonly fields: readonly ChangedField[];
  }[];
}

/** `stream` is what is dialled: URL, credentials or clip. */
export type ChangedField = 'name' | 'domain' | 'location' | 'stream' | 'analysis' | 'rules';

export function compareConfigurations(before: Configuration | undefined, after: Configuration): Changes {
  const old = new Map((before?.cameras ?? []).map((one) => [one.camera.id, one]));
  const added: ConfiguredCamera[] = [];
  const changed: { camera: ConfiguredCamera; fields: ChangedField[] }[] = [];
  for (const now of after.cameras) {
    const was = old.get(now.camera.id);
    old.delete(now.camera.id);
    if (was === undefined) added.push(now);
    else {
      const fields = changedFields(was, now);
      if (fields.length > 0) changed.push({ camera: now, fields });
    }
  }
  return { added, removed: [...old.keys()], changed };
}

function changedFields(was: ConfiguredCamera, now: ConfiguredCamera): ChangedField[] {
  const parts: Readonly<Record<ChangedField, (one: ConfiguredCamera) => unknown>> = {
    name: ({ camera }) => camera.name,
    domain: ({ camera }) => camera.domain,
    location: ({ camera }) => camera.location,
    stream: ({ camera, simulate }) => [camera.streams, camera.credentials, simulate],
    analysis: ({ camera }) => camera.analysis,
    rules: ({ rules }) => rules,
  };
  const fields = Object.keys(parts) as ChangedField[];
  return fields.filter((field) => !isDeepStrictEqual(parts[field](was), parts[field](now)));
}
