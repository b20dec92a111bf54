import { NgatuError } from '#base';

/** Why a request is not answered as asked; becomes a problem document (RFC 9457). */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** Stable, lower case with hyphens. */
  readonly code: string;
  readonly more: RefusalDetails;

  constructor(status: number, code: string, title: string, more: RefusalDetails = {}) {
    super(title);
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

export interface RefusalDetails {
  readonly detail?: string;
  readonly mistakes?: readonly {
    readonly in: 'query' | 'body' | 'path';
    readonly at: string;
    readonly message: string;
  }[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

export const notFound = (what: string): Refusal => new Refusal(404, 'not-found', `There is no such ${what}.`);

/** Anything thrown, as a refusal. What nobody foresaw says nothing about itself to the outside. */
export function asRefusal(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof NgatuError && thrown.kind === 'transient')
    return new Refusal(503, 'try-again', 'This cannot be answered at the moment.', {
      detail: thrown.message,
      headers: { 'Retry-After': '2' },
      cause: thrown,
    });
  return fromExpress(thrown) ?? new Refusal(500, 'internal', 'Something went wrong here.', { cause: thrown });
}

/** What express' own parsers throw; see http-errors. */
function fromExpress(thrown: unknown): Refusal | undefined {
  if (!(thrown instanceof Error) || !('status' in thrown)) return undefined;
  switch ('type' in thrown ? thrown.type : undefined) {
    case 'entity.too.large':
      return new Refusal(413, 'too-large', 'The body is too large.');
    case 'entity.parse.failed':
      return new Refusal(400, 'bad-json', 'The body is not JSON.', { detail: thrown.message });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new Refusal(415, 'unsupported-encoding', 'The body must be plain UTF-8.');
    default: {
      const status = Number(thrown.status);
      return status >= 400 && status < 500
        ? new Refusal(status, 'bad-request', 'The request cannot be read.')
        : undefined;
    }
  }
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The document itself, ready to be sent. */
export function problemOf(refusal: Refusal, instance: string | undefined): string {
  const { detail, mistakes } = refusal.more;
  return JSON.stringify({
    type: `urn:ngatu:problem:${refusal.code}`,
    title: refusal.message,
    status: refusal.status,
    code: refusal.code,
    detail,
    instance,
    mistakes,
  });
}
