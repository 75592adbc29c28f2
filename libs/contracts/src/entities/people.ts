import { z } from 'zod';
import { addressSchema, customFieldSchema, emailSchema, isoDate, phoneSchema, refTo } from './values.js';

export const accountSchema = z
  .object({
    name: z.string(),
    firmName: z.string().nullable(),
    user: refTo('user').nullable(),
  })
  .meta({
    id: 'AccountState',
    description:
      'The provider account a connection acts as: the firm, and the user whose permissions bound what can be seen.',
  });

export const userSchema = z
  .object({
    name: z.string(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    enabled: z.boolean(),
    accountOwner: z.boolean(),
    subscription: z.string().nullable(),
    roles: z.array(z.string()),
    timeZone: z.string().nullable(),
  })
  .meta({ id: 'UserState', description: 'A person who works at the firm and has a login at the provider.' });

export const groupSchema = z
  .object({ name: z.string(), kind: z.string().nullable(), members: z.array(refTo('user')) })
  .meta({ id: 'GroupState', description: 'Users who work together and share access to matters.' });

export const contactSchema = z
  .object({
    kind: z.enum(['person', 'company']),
    name: z.string(),
    firstName: z.string().nullable(),
    middleName: z.string().nullable(),
    lastName: z.string().nullable(),
    prefix: z.string().nullable(),
    title: z.string().nullable(),
    dateOfBirth: isoDate.nullable(),
    isClient: z.boolean(),
    company: refTo('contact').nullable(),
    companyName: z.string().nullable().describe('The name of the company as the record has it.'),
    emails: z.array(emailSchema),
    phones: z.array(phoneSchema),
    addresses: z.array(addressSchema),
    customFields: z.array(customFieldSchema),
  })
  .meta({
    id: 'ContactState',
    description: 'A person or company the firm has to do with: a client, a lead, another party.',
  });
