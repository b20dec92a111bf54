import type { z } from 'zod';
import type { Caller, Right } from '../access.ts';
import type { Deep } from './encode.ts';

/** One operation of the API. The table of all routes is what is mounted, documented and tested. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** With parameters in express' way: `/api/cameras/:id`. */
  readonly path: string;
  readonly summary: string;
  /** Needed to call it; `signed-in`: any caller; `nobody`: works without a session. */
  readonly right: Right | 'signed-in' | 'nobody';
  readonly params: z.ZodObject | undefined;
  readonly query: z.ZodObject | undefined;
  readonly body: z.ZodType | undefined;
  readonly bodyLimitBytes: number;
  readonly answer: AnswerSpec;
  readonly handle: (call: Call) => Promise<Reply>;
}

export type AnswerSpec =
  | { readonly kind: 'json'; readonly status: number; readonly schema: z.ZodType }
  | { readonly kind: 'empty' }
  | { readonly kind: 'media'; readonly types: readonly string[] };

export interface Call<Params = unknown, Query = unknown, Body = unknown> {
  /** Of `nobody` routes: undefined unless somebody is signed in. */
  readonly caller: Caller | undefined;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly address: string;
  readonly secure: boolean;
  readonly fromOwnPage: boolean;
  /** True once the client has gone away. */
  abandoned(): boolean;
  /** Adds a header to a good answer. */
  header(name: string, value: string): void;
}

export type Reply =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'empty' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly type: string }
  /** Absolute path; ranges and conditions are answered. */
  | { readonly kind: 'file'; readonly path: string; readonly type: string }
  /** Sent as they come, as fast as the client takes them. */
  | { readonly kind: 'text'; readonly pieces: AsyncIterable<string>; readonly type: string };

type Out<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

interface Common<P, Q, B> {
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly bodyLimitBytes?: number;
}

/** A call behind a right always has its caller. */
export type CallFor<R extends Route['right'], P, Q, B> = Call<Out<P>, Out<Q>, Out<B>> &
  (R extends 'nobody' ? unknown : { readonly caller: Caller });

const BODY_LIMIT = 64 * 1024;

/** A route that answers JSON of this schema; `handle` gives its inner side, where times are numbers. */
export function jsonRoute<
  R extends Route['right'],
  A extends z.ZodType,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  where: `${Uppercase<Route['method']>} ${string}`,
  right: R,
  spec: Common<P, Q, B> & {
    readonly answer: A;
    readonly status?: number;
    readonly handle: (call: CallFor<R, P, Q, B>) => Promise<Deep<z.output<NoInfer<A>>>>;
  },
): Route {
  return {
    ...shape(where, right, spec),
    answer: { kind: 'json', status: spec.status ?? 200, schema: spec.answer },
    handle: async (call) => ({ kind: 'json', value: await spec.handle(call as CallFor<R, P, Q, B>) }),
  };
}

/** A route that answers nothing, or something else than JSON. */
export function plainRoute<
  R extends Route['right'],
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  where: `${Uppercase<Route['method']>} ${string}`,
  right: R,
  spec: Common<P, Q, B> & {
    readonly answer: Exclude<AnswerSpec, { kind: 'json' }>;
    readonly handle: (call: CallFor<R, P, Q, B>) => Promise<Reply>;
  },
): Route {
  return {
    ...shape(where, right, spec),
    answer: spec.answer,
    handle: (call) => spec.handle(call as CallFor<R, P, Q, B>),
  };
}

function shape(
  where: string,
  right: Route['right'],
  spec: Common<z.ZodObject | undefined, z.ZodObject | undefined, z.ZodType | undefined>,
) {
  const [method, path] = where.split(' ') as [string, string];
  return {
    method: method.toLowerCase() as Route['method'],
    path,
    right,
    summary: spec.summary,
    params: spec.params,
    query: spec.query,
    body: spec.body,
    bodyLimitBytes: spec.bodyLimitBytes ?? BODY_LIMIT,
  };
}
