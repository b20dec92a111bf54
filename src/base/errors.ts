/**
 * What an error means for whoever catches it:
 * `transient` try again later, `config` a person must change something, `bug` a fault of the program.
 */
export type ErrorKind = 'transient' | 'config' | 'bug';

export interface ErrorDetails {
  readonly kind: ErrorKind;
  /** What was expected, what came and where: enough to find the packet, line or file. Never a secret. */
  readonly context?: Readonly<Record<string, string | number | boolean | null>>;
  readonly cause?: unknown;
}

/** The one error class. `code` is stable and in capitals, `message` is a sentence for a person. */
export class NgatuError extends Error {
  override readonly name = 'NgatuError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;

  constructor(code: string, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.kind = details.kind;
    this.context = details.context ?? {};
  }
}

/** Anything thrown, as a `NgatuError`; what nobody foresaw counts as a bug. */
export function asNgatuError(thrown: unknown): NgatuError {
  if (thrown instanceof NgatuError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new NgatuError('UNEXPECTED', message, { kind: 'bug', cause: thrown });
}
