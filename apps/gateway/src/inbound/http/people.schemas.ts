import { peopleMessages } from '@firmbridge/contracts';
import { z } from 'zod';
import { pageParameters } from './page.schemas.js';
import { setupLink } from './setup.schemas.js';

const { listPeople, invitePerson, changeRoles, personSchema } = peopleMessages;

export const peopleQuery = z.strictObject(pageParameters);
export type PeopleQuery = z.output<typeof peopleQuery>;
export const peopleList = listPeople.reply.meta({ id: 'PeopleList' });
export type PeopleList = z.output<typeof peopleList>;
export const person = personSchema;

export const newPerson = z.strictObject(invitePerson.data.shape).meta({ id: 'NewPerson' });
export type NewPerson = z.output<typeof newPerson>;
export const invitation = setupLink.extend({ personId: z.uuid() }).meta({ id: 'Invitation' });
export type Invitation = z.output<typeof invitation>;

export const newRoles = z.strictObject({ roles: changeRoles.data.shape.roles }).meta({ id: 'NewRoles' });
export type NewRoles = z.output<typeof newRoles>;
