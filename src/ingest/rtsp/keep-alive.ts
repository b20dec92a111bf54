import type { Lifetime } from '#base';
import { cameraFailure } from '../failure.ts';
import type { Patience } from '../patience.ts';
import type { RtspDialogue } from './dialogue.ts';
import type { NegotiatedStream } from './negotiate.ts';

const MOST_SECONDS_BETWEEN = 30;
const SESSION_NOT_FOUND = 454;

/**
 * Tells the camera at least twice within its session timeout that somebody is there, by the first method that it does not
 * refuse. A camera that answers nothing but sends pictures is left in peace. `lost`: the camera forgot us.
 */
export function keepAlive(
  dialogue: RtspDialogue,
  stream: NegotiatedStream,
  patience: Patience,
  lost: (reason: Error) => void,
): Lifetime {
  const methods = ['GET_PARAMETER', 'OPTIONS', 'SET_PARAMETER'].filter(
    (method) => method === 'OPTIONS' || stream.methods.includes(method),
  );
  const milliseconds = Math.min(MOST_SECONDS_BETWEEN, stream.timeoutSeconds / 2 - 1) * 1000;
  const tryNextMethod = () => {
    if (methods.length > 1) methods.shift();
  };
  let next = patience.after(milliseconds, beat);
  function beat(): void {
    next = patience.after(milliseconds, beat);
    dialogue.request(methods[0]!, stream.urls.aggregate, [], true).then(({ status }) => {
      if (status === SESSION_NOT_FOUND) lost(cameraFailure('refused', 'the camera has ended the session'));
      else if (status >= 400) tryNextMethod();
    }, tryNextMethod);
  }
  return { close: () => next.close() };
}
