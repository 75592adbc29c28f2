import { z } from 'zod';
import { addressSchema, customFieldSchema, emailSchema, isoDate, phoneSchema, refTo } from './values.js';

/** The provider account a connection acts as: the firm, and the user whose permissions bound what can be seen. */
export const accountSchema = z.object({
  name: z.string(),
  firmName: z.string().nullable(),
  user: refTo('user').nullable(),
});

export const userSchema = z.object({
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
});

export const groupSchema = z.object({ name: z.string(), kind: z.string().nullable(), members: z.array(refTo('user')) });

export const contactSchema = z.object({
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
  emails: z.array(emailSchema),
  phones: z.array(phoneSchema),
  addresses: z.array(addressSchema),
  customFields: z.array(customFieldSchema),
});
