import { peopleMessages, permissionNames, type Session } from '@firmbridge/contracts';
import { z } from 'zod';
import { csrfTokenOf } from '../../domain/csrf-token.js';
import { permissionsHeldBy, type Identity } from '../../domain/identity.js';

const { logIn, changePassword, sessionSchema } = peopleMessages;

export const credentials = z
  .strictObject({ email: logIn.data.shape.email, password: logIn.data.shape.password })
  .meta({ id: 'Credentials' });
export type Credentials = z.output<typeof credentials>;

export const newPassword = z
  .strictObject({
    currentPassword: changePassword.data.shape.currentPassword,
    newPassword: changePassword.data.shape.newPassword,
  })
  .meta({ id: 'NewPassword' });
export type NewPassword = z.output<typeof newPassword>;

export const whoAmI = z
  .object({
    kind: z.enum(['operator', 'person', 'key']).describe('operator: whoever holds the start-up token.'),
    tenantId: z.uuid(),
    firmName: z.string().nullable(),
    person: sessionSchema.shape.person.nullable(),
    keyName: z.string().nullable(),
    permissions: z.array(z.enum(permissionNames)),
    csrfToken: z.string().nullable().describe('For X-CSRF-Token of changes; null without a cookie.'),
    expiresAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'WhoAmI' });
export type WhoAmI = z.output<typeof whoAmI>;

/** `cookieValue` is null for whoever sent a header. */
export function toWhoAmI(identity: Identity, cookieValue: string | null): WhoAmI {
  const session: Session | null = identity.kind === 'person' ? identity.session : null;
  const key = identity.kind === 'key' ? identity.key : null;
  return {
    kind: identity.kind,
    tenantId: identity.tenantId,
    firmName: session?.firmName ?? null,
    person: session?.person ?? null,
    keyName: key?.name ?? null,
    permissions: permissionsHeldBy(identity),
    csrfToken: cookieValue === null ? null : csrfTokenOf(cookieValue),
    expiresAt: session?.expiresAt ?? key?.expiresAt ?? null,
  };
}
