import type { Database } from '@firmbridge/database';
import type { Inbox, Outbox } from '@firmbridge/messaging';
import { Vault } from '@firmbridge/vault';
import type { RefreshMeter } from './application/tokens/refresh-meter.js';
import type { AuthConfig } from './config.js';
import { composeConnectionUseCases } from './connection-use-cases.js';
import { composePeopleUseCases } from './people-use-cases.js';
import { composeSagaUseCases } from './saga-use-cases.js';

export interface ServiceParts {
  readonly config: AuthConfig;
  readonly database: Database;
  readonly outbox: Outbox;
  readonly inbox: Inbox;
  readonly meter: RefreshMeter;
  readonly clock: () => Date;
  readonly random: () => number;
}

export type UseCases = Awaited<ReturnType<typeof composeUseCases>>;

/** Puts the service together. Throws when the keyring does not fit what is sealed already. */
export async function composeUseCases(parts: ServiceParts) {
  const { config, database, clock } = parts;
  const vault = new Vault({ database, keyring: config.vaultKeys, clock });
  await vault.check();
  const { useCases, tools } = composeConnectionUseCases({ ...parts, vault });
  return { ...useCases, ...composeSagaUseCases(tools), ...composePeopleUseCases(config.people, database) };
}
