import { AppError, type Person, type Role } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { permissionsOfRoles, requireOwn } from '../../domain/people/granting.js';
import { setRoles } from '../../persistence/people/person.repository.js';
import type { Conversation } from '../conversation.js';
import { changePerson, requireAnotherAdministrator } from './change-person.js';

export interface RoleWish {
  readonly personId: string;
  readonly roles: readonly Role[];
}

/** Gives a person other roles; sessions go on with them. A firm never loses its last administrator. */
export class ChangeRoles {
  constructor(private readonly database: Database) {}

  execute(wish: RoleWish, { tenantId, actor }: Conversation): Promise<Person> {
    const { personId } = wish;
    const roles = [...new Set(wish.roles)];
    requireOwn(actor, permissionsOfRoles(roles));
    return changePerson(this.database, { tenantId, personId }, async (tx, person) => {
      if (person.status === 'deactivated') throw deactivated();
      if (!roles.includes('admin')) await requireAnotherAdministrator(tx, tenantId, person);
      await setRoles(tx, tenantId, personId, roles);
    });
  }
}

function deactivated(): AppError {
  return new AppError('conflict', 'person.deactivated', 'This person is shut out. Invite the person again first.');
}
