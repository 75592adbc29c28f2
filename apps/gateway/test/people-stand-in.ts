import { Controller, type Type } from '@nestjs/common';
import {
  AppError,
  peopleMessages,
  type DataOf,
  type KnownApiKey,
  type Message,
  type Person,
  type QueryContract,
  type ReplyOf,
  type Session,
} from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { aSession } from './builders/people.js';

const { logIn, logOut, checkSession, checkApiKey, createSetupLink, getSetup, redeemSetup } = peopleMessages;
const { listPeople, invitePerson, changeRoles, deactivatePerson, changePassword } = peopleMessages;
const { listApiKeys, createApiKey, revokeApiKey } = peopleMessages;

type Asked<C extends QueryContract> = Message<DataOf<C>>;

const instant = '2026-01-16T10:00:00.000Z';
const aPerson: Person = { ...peopleMessages.changeRoles.replyExample!, createdAt: instant, status: 'active' };

interface KnownPeople {
  readonly sessions: Map<string, Session>;
  readonly apiKeys: Map<string, KnownApiKey>;
  note(message: Message): void;
}

/** What auth knows of people, as far as the gateway asks. */
export function people(platform: KnownPeople): Type {
  @Controller()
  class People {
    @Answers(logIn)
    logIn(message: Asked<typeof logIn>): ReplyOf<typeof logIn> {
      platform.note(message);
      if (message.data.password !== 'correct horse battery') {
        throw new AppError('unauthorized', 'login.refused', 'The e-mail address or the password is wrong.');
      }
      return this.open(message.tenantId, 'a-session-token-of-the-tests-1');
    }

    @Answers(logOut)
    logOut(message: Asked<typeof logOut>): ReplyOf<typeof logOut> {
      platform.note(message);
      platform.sessions.delete(message.data.sessionToken);
      return {};
    }

    @Answers(checkSession)
    checkSession(message: Asked<typeof checkSession>): ReplyOf<typeof checkSession> {
      platform.note(message);
      return { session: platform.sessions.get(message.data.sessionToken) ?? null };
    }

    @Answers(checkApiKey)
    checkApiKey(message: Asked<typeof checkApiKey>): ReplyOf<typeof checkApiKey> {
      platform.note(message);
      return { key: platform.apiKeys.get(message.data.apiKey) ?? null };
    }

    @Answers(createSetupLink)
    createSetupLink(message: Asked<typeof createSetupLink>): ReplyOf<typeof createSetupLink> {
      platform.note(message);
      return { setupToken: 'a-setup-token', expiresAt: instant };
    }

    @Answers(getSetup)
    getSetup(message: Asked<typeof getSetup>): ReplyOf<typeof getSetup> {
      platform.note(message);
      return { kind: 'first_administrator', email: null, name: null, firmName: null, expiresAt: instant };
    }

    @Answers(redeemSetup)
    redeemSetup(message: Asked<typeof redeemSetup>): ReplyOf<typeof redeemSetup> {
      platform.note(message);
      return this.open(message.tenantId, 'a-session-token-of-the-tests-2');
    }

    @Answers(listPeople)
    listPeople(message: Asked<typeof listPeople>): ReplyOf<typeof listPeople> {
      platform.note(message);
      return { people: [aPerson], nextCursor: null };
    }

    @Answers(invitePerson)
    invitePerson(message: Asked<typeof invitePerson>): ReplyOf<typeof invitePerson> {
      platform.note(message);
      return { personId: aPerson.personId, setupToken: 'an invitation', expiresAt: instant };
    }

    @Answers(changeRoles)
    changeRoles(message: Asked<typeof changeRoles>): ReplyOf<typeof changeRoles> {
      platform.note(message);
      return { ...aPerson, roles: message.data.roles };
    }

    @Answers(deactivatePerson)
    deactivatePerson(message: Asked<typeof deactivatePerson>): ReplyOf<typeof deactivatePerson> {
      platform.note(message);
      return { ...aPerson, status: 'deactivated' };
    }

    @Answers(changePassword)
    changePassword(message: Asked<typeof changePassword>): ReplyOf<typeof changePassword> {
      platform.note(message);
      return {};
    }

    @Answers(listApiKeys)
    listApiKeys(message: Asked<typeof listApiKeys>): ReplyOf<typeof listApiKeys> {
      platform.note(message);
      return { keys: [] };
    }

    @Answers(createApiKey)
    createApiKey(message: Asked<typeof createApiKey>): ReplyOf<typeof createApiKey> {
      platform.note(message);
      return createApiKey.replyExample!;
    }

    @Answers(revokeApiKey)
    revokeApiKey(message: Asked<typeof revokeApiKey>): ReplyOf<typeof revokeApiKey> {
      platform.note(message);
      return {};
    }

    private open(tenantId: string, sessionToken: string): ReplyOf<typeof logIn> {
      const session = aSession({ tenantId });
      platform.sessions.set(sessionToken, session);
      return { sessionToken, session };
    }
  }
  return People;
}
