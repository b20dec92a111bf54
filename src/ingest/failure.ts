import { NgatuError } from '#base';
import type { StreamState } from './port.ts';

/** Why a connection to a camera did not come about or ended, in the words of `StreamState`. */
export type FailureState = Extract<
  StreamState,
  'unreachable' | 'refused' | 'unauthorised' | 'unsupported' | 'silent' | 'no-keyframes'
>;

const CODES: Readonly<Record<FailureState, string>> = {
  unreachable: 'CAMERA_UNREACHABLE',
  refused: 'CAMERA_REFUSED',
  unauthorised: 'CAMERA_UNAUTHORISED',
  unsupported: 'CAMERA_UNSUPPORTED',
  silent: 'CAMERA_SILENT',
  'no-keyframes': 'CAMERA_NO_KEYFRAMES',
};

/** An error of the outside world, told by its state. `reason` is one sentence for a person, without secrets. */
export function cameraFailure(state: FailureState, reason: string, cause?: unknown): NgatuError {
  const kind = state === 'unauthorised' || state === 'unsupported' ? 'config' : 'transient';
  return new NgatuError(CODES[state], reason, { kind, context: { state }, cause });
}

/** The state of a `cameraFailure`; undefined for any other error. */
export function failureState(error: NgatuError): FailureState | undefined {
  const { state } = error.context;
  return typeof state === 'string' && Object.hasOwn(CODES, state) ? (state as FailureState) : undefined;
}
