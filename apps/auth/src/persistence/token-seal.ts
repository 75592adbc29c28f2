import type { Vault } from '@firmbridge/vault';

export type TokenColumn = 'access_token' | 'refresh_token' | 'previous_refresh_token';

export interface CredentialRow {
  readonly tenantId: string;
  readonly connectionId: string;
}

/** Seals tokens for the place they are kept in: a sealed value copied to another row or column does not open. */
export class TokenSeal {
  constructor(private readonly vault: Vault) {}

  seal({ tenantId, connectionId }: CredentialRow, column: TokenColumn, token: string): Promise<string> {
    return this.vault.seal(tenantId, { table: 'credential', column, row: connectionId }, token);
  }

  open({ tenantId, connectionId }: CredentialRow, column: TokenColumn, sealed: string): Promise<string> {
    return this.vault.open(tenantId, { table: 'credential', column, row: connectionId }, sealed);
  }
}
