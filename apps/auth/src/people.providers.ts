import type { Provider, Type } from '@nestjs/common';
import { CheckApiKey } from './application/api-keys/check-api-key.js';
import { CreateApiKey } from './application/api-keys/create-api-key.js';
import { ListApiKeys } from './application/api-keys/list-api-keys.js';
import { RevokeApiKey } from './application/api-keys/revoke-api-key.js';
import { PasswordHasher } from './application/passwords/password-hasher.js';
import { VerifyPassword } from './application/passwords/verify-password.js';
import { ChangePassword } from './application/people/change-password.js';
import { ChangeRoles } from './application/people/change-roles.js';
import { CreateSetupLink } from './application/people/create-setup-link.js';
import { DeactivatePerson } from './application/people/deactivate-person.js';
import { GetSetup } from './application/people/get-setup.js';
import { InvitePerson } from './application/people/invite-person.js';
import { ListPeople } from './application/people/list-people.js';
import { RedeemSetup } from './application/people/redeem-setup.js';
import { CheckSession } from './application/sessions/check-session.js';
import { LogIn } from './application/sessions/log-in.js';
import { LogOut } from './application/sessions/log-out.js';
import { SweepLogins } from './application/sessions/sweep-logins.js';
import { ApiKeysHandler } from './inbound/messages/people/api-keys.handler.js';
import { PeopleHandler } from './inbound/messages/people/people.handler.js';
import { SessionsHandler } from './inbound/messages/people/sessions.handler.js';
import { SetupHandler } from './inbound/messages/people/setup.handler.js';
import { LoginMetrics } from './inbound/metrics/login.metrics.js';
import { SweepLoginsSchedule } from './inbound/schedules/sweep-logins.schedule.js';
import type { composePeopleUseCases } from './people-use-cases.js';

type PeopleUseCases = ReturnType<typeof composePeopleUseCases>;

/** Under which class each use case is injected. */
const useCaseTypes: { readonly [Name in keyof PeopleUseCases]: Type<PeopleUseCases[Name]> } = {
  passwordHasher: PasswordHasher,
  verifyPassword: VerifyPassword,
  logOut: LogOut,
  logIn: LogIn,
  checkSession: CheckSession,
  sweepLogins: SweepLogins,
  createSetupLink: CreateSetupLink,
  getSetup: GetSetup,
  redeemSetup: RedeemSetup,
  listPeople: ListPeople,
  invitePerson: InvitePerson,
  changeRoles: ChangeRoles,
  deactivatePerson: DeactivatePerson,
  changePassword: ChangePassword,
  checkApiKey: CheckApiKey,
  listApiKeys: ListApiKeys,
  createApiKey: CreateApiKey,
  revokeApiKey: RevokeApiKey,
};

export const peopleHandlers = [SessionsHandler, SetupHandler, PeopleHandler, ApiKeysHandler];

/** `useCases` is the token under which all of them are provided together. */
export function peopleProviders(useCases: symbol): Provider[] {
  const types = Object.entries(useCaseTypes) as [keyof PeopleUseCases, Type][];
  const each = types.map(([name, provide]) => ({
    provide,
    inject: [useCases],
    useFactory: (all: PeopleUseCases) => all[name],
  }));
  return [...each, SweepLoginsSchedule, LoginMetrics];
}
