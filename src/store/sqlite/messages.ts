import type { EpochMs } from '#base';
import type { LoggedEvent } from '../events.ts';
import type { ThreadError } from './sqlite-errors.ts';
import type { LogBounds } from './statements/event-reads.ts';

/** What crosses the border between the face and its threads. Plain data. */
export interface ThreadSetup {
  readonly part: 'writer' | 'reader';
  readonly file: string;
  readonly maxBytes: number | undefined;
  /** The gateway's run: one that begins, one that goes on after a thread was lost, or none for a visitor. */
  readonly run: { readonly from: EpochMs } | { readonly key: number } | undefined;
}

/** First message of a thread; a reader, which may open before there are tables, does not know the log. */
export type Greeting =
  | { readonly kind: 'ready'; readonly run: number; readonly bounds: LogBounds | undefined }
  | { readonly kind: 'failed'; readonly error: ThreadError };

export interface Call {
  readonly name: string;
  readonly args: unknown;
}

export type Request =
  | { readonly kind: 'work'; readonly id: number; readonly calls: readonly Call[] }
  | { readonly kind: 'close' };

/** To a writer's calls together, to a reader's one by one. */
export type Reply =
  | {
      readonly kind: 'done';
      readonly id: number;
      readonly answers: readonly CallAnswer[];
      /** Of all calls, in the order of their sequences. */
      readonly events: readonly LoggedEvent[];
      readonly databaseBytes: number;
    }
  /** Nothing of it was stored. */
  | { readonly kind: 'failed'; readonly id: number; readonly error: ThreadError };

export type CallAnswer = { readonly value: unknown } | { readonly error: ThreadError };
