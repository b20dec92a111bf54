import { type Logger, pino } from 'pino';

/** Structured log: fields first, then a sentence. Passwords, tokens and user info in URLs never come out. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> & {
  child(fields: Readonly<Record<string, string | number>>): Log;
};

export interface LogOptions {
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where lines go; standard error unless told. */
  readonly destination?: { write(line: string): void };
}

const SECRET_KEYS = ['password', 'token', 'credentials', 'authorization', 'cookie', 'secret'];
const USER_INFO = /\b(\w+:\/\/)[^\s/@"']*:[^\s/"']*@/g;

export function createLog(options: LogOptions = {}): Log {
  const paths = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  const destination = options.destination ?? { write: (line: string) => void process.stderr.write(line) };
  return pino(
    { level: options.level ?? 'info', base: null, redact: { paths, censor: '[secret]' } },
    { write: (line: string) => destination.write(withoutUserInfo(line)) },
  );
}

/** `rtsp://user:pass@host/` becomes `rtsp://[secret]@host/`, wherever it stands in a text. */
export function withoutUserInfo(text: string): string {
  return text.replace(USER_INFO, '$1[secret]@');
}
