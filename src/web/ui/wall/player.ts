import { presentationSeconds, type WallFrame } from '#preview/wall-frame';
import { serverNow } from '../link/api.ts';

/** Plays one channel's fragments in a <video>, at the live edge, and knows how old the shown picture is. */
export interface Player {
  format(mime: string): void;
  frame(frame: WallFrame): void;
  /** Age of the picture on the screen, in ms; undefined while there is none. */
  age(): number | undefined;
  /** Tells of a picture the browser could not play, in its own words. */
  readonly failure: string | undefined;
  close(): void;
}

/** Played back this far behind what has come: the next pictures arrive within it. */
const CUSHION_SECONDS = 0.25;
/** Further behind than this it plays a little faster; further than that it jumps. */
const HURRY_SECONDS = 0.7;
const JUMP_SECONDS = 2.5;
/** Behind the shown picture; what is older is taken out of the buffer. */
const KEPT_SECONDS = 6;
/** Fragments waiting for the decoder; more means that this machine cannot keep up. */
const MOST_WAITING = 240;

interface Shown {
  readonly at: number;
  readonly capturedAt: number;
}

export function createPlayer(video: HTMLVideoElement, keyframesOnly: () => boolean): Player {
  let source: MediaSource | undefined;
  let buffer: SourceBuffer | undefined;
  let mime = '';
  let url = '';
  let failure: string | undefined;
  let waiting: Uint8Array[] = [];
  let pictures: Shown[] = [];
  let fresh = true;

  const reset = (): void => {
    if (url !== '') URL.revokeObjectURL(url);
    [source, buffer, waiting, pictures, fresh, url] = [undefined, undefined, [], [], true, ''];
  };
  const fail = (why: string): void => {
    failure = why;
    reset();
  };
  const open = (): void => {
    const opened = new MediaSource();
    source = opened;
    url = URL.createObjectURL(opened);
    video.src = url;
    opened.addEventListener(
      'sourceopen',
      () => {
        if (source !== opened) return;
        try {
          buffer = opened.addSourceBuffer(mime);
        } catch (thrown) {
          return fail(String(thrown));
        }
        buffer.addEventListener('updateend', pump);
        buffer.addEventListener('error', () => fail('the browser cannot decode this stream'));
        pump();
      },
      { once: true },
    );
  };
  /** All that waits goes in at once: fewer, larger appends are what browsers do best. */
  const pump = (): void => {
    if (buffer === undefined || buffer.updating || source?.readyState !== 'open') return;
    keepUp();
    try {
      if (waiting.length > 0) {
        buffer.appendBuffer(joined(waiting));
        waiting = [];
      } else trim(buffer);
    } catch (thrown) {
      fail(String(thrown));
    }
  };
  const trim = (full: SourceBuffer): void => {
    const start = full.buffered.length > 0 ? full.buffered.start(0) : 0;
    if (video.currentTime - start > 2 * KEPT_SECONDS) full.remove(start, video.currentTime - KEPT_SECONDS);
  };
  const keepUp = (): void => {
    const ranges = video.buffered;
    if (ranges.length === 0) return;
    const end = ranges.end(ranges.length - 1);
    if (keyframesOnly()) {
      // Single pictures: each is shown when it is there.
      video.pause();
      const newest = pictures.at(-1)?.at;
      if (newest !== undefined && newest < end && Math.abs(video.currentTime - newest) > 0.001)
        video.currentTime = newest;
      return;
    }
    const behind = end - video.currentTime;
    const inside = video.currentTime >= ranges.start(ranges.length - 1);
    if (fresh || !inside || behind > JUMP_SECONDS) {
      video.currentTime = Math.max(ranges.start(ranges.length - 1), end - CUSHION_SECONDS);
      fresh = false;
    }
    video.playbackRate = behind > HURRY_SECONDS ? 1.15 : behind < CUSHION_SECONDS / 2 ? 0.95 : 1;
    if (video.paused) video.play().catch(() => {});
  };

  return {
    get failure() {
      return failure;
    },
    format(next) {
      if (source === undefined || failure !== undefined || next !== mime) {
        const change = buffer !== undefined && failure === undefined;
        failure = undefined;
        mime = next;
        if (change && buffer !== undefined && typeof buffer.changeType === 'function' && !buffer.updating) {
          buffer.changeType(next);
          return;
        }
        reset();
        open();
      }
    },
    frame(frame) {
      if (source === undefined) return;
      if (waiting.length >= MOST_WAITING) {
        // What waits is too old to be worth decoding; the next keyframe begins anew.
        if (!frame.keyframe) return;
        waiting = [];
        fresh = true;
      }
      waiting.push(frame.mp4);
      if (frame.kind === 'fragment') {
        pictures.push({ at: presentationSeconds(frame), capturedAt: frame.capturedAt });
        if (pictures.length > 600) pictures = pictures.slice(-300);
      }
      pump();
    },
    age() {
      if (video.readyState < 2) return undefined;
      const shown = pictures.findLast(({ at }) => at <= video.currentTime + 0.001);
      return shown === undefined ? undefined : Math.max(0, serverNow() - shown.capturedAt);
    },
    close() {
      reset();
      video.removeAttribute('src');
      video.load();
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
