import { Inject, Injectable } from '@nestjs/common';
import { peopleMessages, systemActor } from '@firmbridge/contracts';
import { QueryClient } from '@firmbridge/messaging';
import { CLOCK, CONFIG, SERVICE_NAME, type Clock } from '@firmbridge/service';
import { createHash } from 'node:crypto';
import type { GatewayConfig } from '../config.js';
import type { Caller, Conversation } from '../domain/caller.js';
import { holderOf, personOf, type Identity } from '../domain/identity.js';

const { checkSession, checkApiKey } = peopleMessages;

const apiKeyShape = /^fbk_[\w-]{16,196}$/;
const sessionTokenShape = /^[\w-]{16,200}$/;
const mostRemembered = 10_000;

interface Remembered {
  readonly until: number;
  readonly identity: Promise<Identity | null>;
}

/** Whom sessions and API keys stand for: asked of auth, and believed for a few seconds. */
@Injectable()
export class KnowCallers {
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    private readonly queries: QueryClient,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(SERVICE_NAME) private readonly service: string,
  ) {}

  bySession(token: string, conversation: Conversation): Promise<Identity | null> {
    if (!sessionTokenShape.test(token)) return Promise.resolve(null);
    return this.remember(token, () => this.askSession(token, true, conversation));
  }

  byApiKey(apiKey: string, conversation: Conversation): Promise<Identity | null> {
    if (!apiKeyShape.test(apiKey)) return Promise.resolve(null);
    return this.remember(apiKey, () => this.askKey(apiKey, conversation));
  }

  /** Whether it still stands for somebody, asked anew; looking does not keep a session alive. */
  again(identity: Identity, secret: string, conversation: Conversation): Promise<Identity | null> {
    if (identity.kind === 'person') return this.askSession(secret, false, conversation);
    return identity.kind === 'key' ? this.askKey(secret, conversation) : Promise.resolve(identity);
  }

  /** For a session that has just ended, or has changed. */
  forget(secret: string): void {
    this.remembered.delete(digestOf(secret));
  }

  /** The gateway itself, for questions about somebody who is not known yet. */
  ourselves(conversation: Conversation): Caller {
    return { ...conversation, tenantId: this.config.tenantId, actor: systemActor(this.service) };
  }

  private async askSession(sessionToken: string, countsAsUse: boolean, conversation: Conversation) {
    const question = { sessionToken, countsAsUse };
    const { session } = await this.queries.ask(checkSession, question, this.ourselves(conversation));
    return session === null ? null : personOf(session);
  }

  private async askKey(apiKey: string, conversation: Conversation) {
    const { key } = await this.queries.ask(checkApiKey, { apiKey }, this.ourselves(conversation));
    return key === null ? null : holderOf(key);
  }

  /** Requests at the same time share one question; a question that failed is asked again by the next. */
  private remember(secret: string, ask: () => Promise<Identity | null>): Promise<Identity | null> {
    const name = digestOf(secret);
    const now = this.clock().getTime();
    const known = this.remembered.get(name);
    if (known !== undefined && known.until > now) return known.identity;
    const entry = { until: now + this.config.callerCacheMs, identity: ask() };
    this.remembered.delete(name);
    this.remembered.set(name, entry);
    entry.identity.catch(() => {
      if (this.remembered.get(name) === entry) this.remembered.delete(name);
    });
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > mostRemembered && oldest !== undefined) this.remembered.delete(oldest);
    return entry.identity;
  }
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
