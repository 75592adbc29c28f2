import type { Database } from '@firmbridge/database';
import { CheckApiKey } from './application/api-keys/check-api-key.js';
import { CreateApiKey } from './application/api-keys/create-api-key.js';
import { ListApiKeys } from './application/api-keys/list-api-keys.js';
import { RevokeApiKey } from './application/api-keys/revoke-api-key.js';
import { BoundedWork } from './application/passwords/bounded-work.js';
import { LoginAttempts } from './application/passwords/login-attempts.js';
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
import type { PeopleConfig } from './people-config.js';

/** A login waits for its turn at the hasher with at most so many others that hold their connection to the database. */
const loginsBesideHashes = 2;

export function composePeopleUseCases({ sessions, passwords }: PeopleConfig, database: Database) {
  const { cost, atOnce, waiting } = passwords;
  const passwordHasher = new PasswordHasher(cost, { atOnce, waiting });
  const door = new BoundedWork({ atOnce: atOnce + loginsBesideHashes, waiting });
  const verifyPassword = new VerifyPassword(database, passwordHasher, new LoginAttempts(database), door);
  const logOut = new LogOut(database);
  return {
    passwordHasher,
    verifyPassword,
    logOut,
    logIn: new LogIn(database, verifyPassword, passwordHasher, logOut, sessions),
    checkSession: new CheckSession(database, sessions),
    sweepLogins: new SweepLogins(database, sessions),
    createSetupLink: new CreateSetupLink(database),
    getSetup: new GetSetup(database),
    redeemSetup: new RedeemSetup(database, passwordHasher, sessions),
    listPeople: new ListPeople(database),
    invitePerson: new InvitePerson(database),
    changeRoles: new ChangeRoles(database),
    deactivatePerson: new DeactivatePerson(database),
    changePassword: new ChangePassword(database, verifyPassword, passwordHasher),
    checkApiKey: new CheckApiKey(database),
    listApiKeys: new ListApiKeys(database),
    createApiKey: new CreateApiKey(database),
    revokeApiKey: new RevokeApiKey(database),
  };
}
