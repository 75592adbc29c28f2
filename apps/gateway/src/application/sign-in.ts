import { Injectable } from '@nestjs/common';
import { peopleMessages, type DataOf, type ReplyOf } from '@firmbridge/contracts';
import { QueryClient } from '@firmbridge/messaging';
import type { Conversation } from '../domain/caller.js';
import { KnowCallers } from './know-callers.js';

const { logIn, logOut, getSetup, redeemSetup } = peopleMessages;

export type NewSession = ReplyOf<typeof logIn>;

/** Checking a password is made slow on purpose, and waits its turn. */
const passwordTimeoutMs = 20_000;

/** Begins and ends sessions, for people who are not known before: the gateway asks in its own name. */
@Injectable()
export class SignIn {
  constructor(
    private readonly queries: QueryClient,
    private readonly knowCallers: KnowCallers,
  ) {}

  async logIn(claim: DataOf<typeof logIn>, conversation: Conversation): Promise<NewSession> {
    const asker = { ...this.knowCallers.ourselves(conversation), timeoutMs: passwordTimeoutMs };
    const opened = await this.queries.ask(logIn, claim, asker);
    if (claim.previousSessionToken !== null) this.knowCallers.forget(claim.previousSessionToken);
    return opened;
  }

  async logOut(sessionToken: string, conversation: Conversation): Promise<void> {
    await this.queries.ask(logOut, { sessionToken }, this.knowCallers.ourselves(conversation));
    this.knowCallers.forget(sessionToken);
  }

  lookAtSetup(setupToken: string, conversation: Conversation): Promise<ReplyOf<typeof getSetup>> {
    return this.queries.ask(getSetup, { setupToken }, this.knowCallers.ourselves(conversation));
  }

  redeem(answers: DataOf<typeof redeemSetup>, conversation: Conversation): Promise<NewSession> {
    const asker = { ...this.knowCallers.ourselves(conversation), timeoutMs: passwordTimeoutMs };
    return this.queries.ask(redeemSetup, answers, asker);
  }
}
