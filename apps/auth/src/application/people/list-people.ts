import type { Person } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { findPeople } from '../../persistence/people/person.repository.js';

export interface PeoplePage {
  readonly limit: number;
  readonly cursor: string | null;
}

/** The people of a firm in the order of their e-mail addresses, a page at a time. */
export class ListPeople {
  constructor(private readonly database: Database) {}

  async execute({ limit, cursor }: PeoplePage, tenantId: string) {
    const after = cursor === null ? '' : Buffer.from(cursor, 'base64url').toString();
    const found = await this.database.inTenant(tenantId, (tx) => findPeople(tx, tenantId, after, limit + 1));
    const people = found.slice(0, limit);
    return { people, nextCursor: found.length > limit ? cursorBehind(people.at(-1)) : null };
  }
}

function cursorBehind(person: Person | undefined): string | null {
  return person === undefined ? null : Buffer.from(person.email).toString('base64url');
}
