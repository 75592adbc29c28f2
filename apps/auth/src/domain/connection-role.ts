/** An agency is no account to work with: its token is exchanged for those of its locations. */
export type ConnectionRole = 'account' | 'agency';

/** What a provider calls an account by. */
export interface AccountRef {
  readonly role: ConnectionRole;
  readonly accountId: string;
}
