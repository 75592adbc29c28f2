import { z } from 'zod';
import { decimalSchema, isoDate, moneySchema, refTo } from './values.js';

export const bankAccountSchema = z
  .object({
    name: z.string(),
    kind: z.enum(['operating', 'trust']).nullable(),
    balance: moneySchema.nullable(),
    isDefault: z.boolean(),
    user: refTo('user').nullable(),
  })
  .meta({ id: 'BankAccountState', description: 'An operating or trust account of the firm.' });

export const bankTransactionSchema = z
  .object({
    kind: z.string().nullable(),
    date: isoDate.nullable(),
    amount: moneySchema.nullable(),
    fundsIn: moneySchema.nullable(),
    fundsOut: moneySchema.nullable(),
    exchangeRate: decimalSchema.nullable(),
    description: z.string().nullable(),
    source: z.string().nullable(),
    confirmation: z.string().nullable(),
    bankAccount: refTo('bank-account').nullable(),
    client: refTo('contact').nullable(),
    matter: refTo('matter').nullable(),
    bill: refTo('bill').nullable(),
    allocation: refTo('allocation').nullable(),
  })
  .meta({ id: 'BankTransactionState', description: 'Money that moved on a bank account.' });

export const trustTransactionSchema = z
  .object({
    date: isoDate.nullable(),
    total: moneySchema.nullable(),
    note: z.string().nullable(),
    bill: refTo('bill').nullable(),
    matter: refTo('matter').nullable(),
    client: refTo('contact').nullable(),
  })
  .meta({ id: 'TrustTransactionState', description: 'Money of a client, held in trust.' });
