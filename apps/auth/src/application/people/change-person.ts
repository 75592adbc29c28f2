import { AppError, type Person } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import { lockFirm } from '../../persistence/people/firm.repository.js';
import { countAdministrators, lockPerson } from '../../persistence/people/person.repository.js';

/**
 * Changes a person of the firm and returns how the person is afterwards. Changes of one firm's people happen one after the
 * other, so that two administrators cannot remove each other at the same moment.
 */
export function changePerson(
  database: Database,
  { tenantId, personId }: { readonly tenantId: string; readonly personId: string },
  change: (tx: Tx, person: Person) => Promise<void>,
): Promise<Person> {
  return database.inTenant(tenantId, async (tx) => {
    await lockFirm(tx, tenantId);
    const person = await lockPerson(tx, tenantId, { personId });
    if (person === null) throw notFound(personId);
    await change(tx, person);
    return (await lockPerson(tx, tenantId, { personId })) ?? person;
  });
}

/** For a change after which the person is no administrator any more. */
export async function requireAnotherAdministrator(tx: Tx, tenantId: string, person: Person): Promise<void> {
  if (person.status !== 'active' || !person.roles.includes('admin')) return;
  if ((await countAdministrators(tx, tenantId, person.personId)) > 0) return;
  const message = 'This is the last administrator of the firm. Make somebody else one first.';
  throw new AppError('conflict', 'person.last_administrator', message);
}

function notFound(personId: string): AppError {
  return new AppError('not_found', 'person.not_found', 'There is no such person.', { details: { personId } });
}
