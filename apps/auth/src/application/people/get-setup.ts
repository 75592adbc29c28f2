import type { Database } from '@firmbridge/database';
import { hashSecret } from '../../domain/secrets.js';
import { findOpenSetup } from '../../persistence/people/setup-token.repository.js';
import { unknownSetup } from './setup-token.js';

/** What a setup token is good for; looking does not use it up. */
export class GetSetup {
  constructor(private readonly database: Database) {}

  async execute({ setupToken }: { readonly setupToken: string }) {
    const setup = await this.database.acrossTenants((tx) => findOpenSetup(tx, hashSecret(setupToken)));
    if (setup === null) throw unknownSetup();
    const { kind, email, name, firmName, expiresAt } = setup;
    return { kind, email, name, firmName, expiresAt };
  }
}
