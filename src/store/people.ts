import type { EpochMs } from '#base';

/** One administrator for now; domains and more roles come later, which is why access is asked in one place. */
export type Role = 'administrator' | 'operator' | 'viewer';

/** What a program may do: see everything, act as an operator too, change the configuration too, or only read metrics. */
export type Scope = 'read' | 'operate' | 'administer' | 'metrics';

export interface User {
  readonly name: string;
  readonly role: Role;
  readonly createdAt: EpochMs;
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  readonly createdBy: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs | undefined;
  /** To the minute or so. */
  readonly lastUsedAt: EpochMs | undefined;
}

/** Who stands behind a secret that was shown. */
export type Identity =
  | { readonly kind: 'session'; readonly user: string; readonly role: Role; readonly expiresAt: EpochMs }
  | { readonly kind: 'token'; readonly id: string; readonly name: string; readonly scope: Scope };

/** Users, sessions and tokens. Passwords are kept as scrypt hashes, secrets as SHA-256; neither ever comes out. */
export interface People {
  users(): Promise<readonly User[]>;
  /** Creates the user or changes password and role; a changed password ends the user's sessions. */
  putUser(user: { readonly name: string; readonly password: string; readonly role: Role }): Promise<User>;
  /** `false`: there was none. Ends the user's sessions; tokens stay. */
  removeUser(name: string): Promise<boolean>;
  /** Undefined for a wrong password and for an unknown user, after the same time. */
  checkPassword(name: string, password: string): Promise<User | undefined>;
  /** The secret is shown once; only its hash is kept. */
  openSession(user: User): Promise<{ readonly secret: string; readonly expiresAt: EpochMs }>;
  /** Extends a session that is in use. Undefined when unknown, ended or expired. */
  identify(secret: string): Promise<Identity | undefined>;
  closeSession(secret: string): Promise<void>;
  tokens(): Promise<readonly Token[]>;
  addToken(token: {
    readonly name: string;
    readonly scope: Scope;
    readonly createdBy: string;
    readonly expiresAt: EpochMs | undefined;
  }): Promise<{ readonly secret: string; readonly token: Token }>;
  removeToken(id: string): Promise<boolean>;
}
