import type { Person } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { deactivate } from '../../persistence/people/person.repository.js';
import { endSessionsOf } from '../../persistence/people/session.repository.js';
import { removeSetupTokens } from '../../persistence/people/setup-token.repository.js';
import { changePerson, requireAnotherAdministrator } from './change-person.js';

/** Shuts a person out: sessions, password and open invitations are gone. A firm never loses its last administrator. */
export class DeactivatePerson {
  constructor(private readonly database: Database) {}

  execute({ personId }: { readonly personId: string }, tenantId: string): Promise<Person> {
    const who = { tenantId, personId };
    return changePerson(this.database, who, async (tx, person) => {
      await requireAnotherAdministrator(tx, tenantId, person);
      await deactivate(tx, tenantId, personId);
      await endSessionsOf(tx, who);
      await removeSetupTokens(tx, tenantId, personId);
    });
  }
}
