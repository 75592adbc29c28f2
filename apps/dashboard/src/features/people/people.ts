import {
  changeRoles,
  createSetupLink,
  deactivatePerson,
  invitePerson,
  listPeople,
  type NewPerson,
  type PeopleList,
  type Person,
} from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export type Role = Person['roles'][number];

export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'reads what was synced',
  operator: 'runs syncs and decides what to do about failures',
  admin: 'connects accounts, invites people, makes keys',
  auditor: 'reads everything that is recorded',
};
export const roleNames = Object.keys(roleWords) as Role[];

/** Enough for every firm we know; there is no second page yet. */
const mostShown = 50;

export const people = new RemoteValue<PeopleList>(() => answerOf(listPeople({ query: { limit: mostShown } })), 60_000);

export async function invite(person: NewPerson): Promise<string> {
  const { setupUrl } = await answerOf(invitePerson({ body: person }));
  await people.refresh();
  return setupUrl;
}

export async function giveRoles(personId: string, roles: Role[]): Promise<void> {
  await answerOf(changeRoles({ path: { personId }, body: { roles } }));
  await people.refresh();
}

export async function shutOut(personId: string): Promise<void> {
  await answerOf(deactivatePerson({ path: { personId } }));
  await people.refresh();
}

/** The way of a fresh system to its first administrator. */
export async function linkForFirstAdministrator(): Promise<string> {
  return (await answerOf(createSetupLink())).setupUrl;
}
