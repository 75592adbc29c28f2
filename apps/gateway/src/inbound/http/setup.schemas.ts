import { peopleMessages } from '@firmbridge/contracts';
import { z } from 'zod';

const { createSetupLink, getSetup, redeemSetup } = peopleMessages;
const { setupToken, password, name, email, firmName } = redeemSetup.data.shape;

export const setupLink = z
  .object({
    setupUrl: z.url().describe('For whom it is meant, once: it carries the token.'),
    expiresAt: createSetupLink.reply.shape.expiresAt,
  })
  .meta({ id: 'SetupLink' });
export type SetupLink = z.output<typeof setupLink>;

export const setupQuestion = z.strictObject({ setupToken }).meta({ id: 'SetupQuestion' });
export type SetupQuestion = z.output<typeof setupQuestion>;
export const setup = getSetup.reply.meta({ id: 'Setup' });
export type Setup = z.output<typeof setup>;

export const setupAnswers = z
  .strictObject({
    setupToken,
    password,
    name,
    email: email.default(null).describe('Of the first administrator; whoever is invited has one.'),
    firmName: firmName.default(null).describe('From the first administrator.'),
  })
  .meta({ id: 'SetupAnswers' });
export type SetupAnswers = z.output<typeof setupAnswers>;

export function setupUrl(origin: string, token: string): string {
  return `${origin}/setup?${new URLSearchParams({ token }).toString()}`;
}
