import {
  clioApiPath,
  clioResources,
  clioShowSchema,
  clioPageSchema,
  clioWebhookEvents,
  clioWebhookFields,
  clioWebhookMaximumDays,
  clioWebhookPath,
  clioWebhookRecordFields,
  clioWebhookSchema,
  clioResourceNames,
  type ClioResourceName,
} from '@firmbridge/clio-api';
import { AppError, isAppError } from '@firmbridge/contracts';
import type { ProviderCall, ProviderClient } from '@firmbridge/provider-client';
import { policyOf, type AccessTokens, type BudgetRules, type EngineConnection } from '@firmbridge/sync-engine';
import type { z } from 'zod';

/** The resources that Clio announces; all others must be polled. */
export const announcedResources = clioResourceNames.filter((name) => clioResources[name].webhook !== null);

export interface ClioWebhookState {
  readonly webhookId: string;
  readonly url: string;
  readonly status: string;
  readonly secret: string | null;
  readonly expiresAt: Date | null;
}

/** A conversation with Clio about the webhooks of one connection. */
export interface WebhookTalk {
  readonly connection: EngineConnection;
  readonly correlationId: string;
  readonly signal: AbortSignal;
}

const dayMs = 86_400_000;
/** A day less than Clio allows: its clock is not ours. */
const lifeMs = (clioWebhookMaximumDays - 1) * dayMs;
const mostPages = 20;

export class ClioWebhooksClient {
  constructor(
    private readonly client: ProviderClient,
    private readonly tokens: Pick<AccessTokens, 'for'>,
    private readonly budget: BudgetRules,
    private readonly clock: () => Date,
  ) {}

  /** All webhooks of the person who connected the account, whoever made them; their secrets included. */
  async list(talk: WebhookTalk): Promise<ClioWebhookState[]> {
    const found: ClioWebhookState[] = [];
    let place: Pick<ProviderCall, 'pathOrUrl' | 'query'> = {
      pathOrUrl: `${clioApiPath}${clioWebhookPath}`,
      query: { fields: clioWebhookRecordFields, limit: '200' },
    };
    for (let pages = 0; pages < mostPages; pages += 1) {
      const page = parsed(clioPageSchema, await this.call(talk, { operation: 'list', method: 'GET', ...place }));
      found.push(...page.data.map((raw) => stateOf(raw)));
      const next = page.meta?.paging?.next;
      if (!next) return found;
      place = { pathOrUrl: next };
    }
    throw new AppError('malformed', 'clio.page_repeats', 'The list of webhooks does not end.');
  }

  /** Asks for no secret in the answer: what is written is kept for auditors. */
  async create(talk: WebhookTalk, wish: { resource: string; url: string }): Promise<ClioWebhookState> {
    const { webhook: model } = clioResources[wish.resource as ClioResourceName];
    if (model === null) throw new Error(`Clio announces no ${wish.resource}`);
    const data = {
      url: wish.url,
      model,
      events: clioWebhookEvents(model),
      fields: clioWebhookFields(model),
      expires_at: this.expiry(),
    };
    const path = `${clioApiPath}${clioWebhookPath}`;
    return this.write(talk, { operation: 'create', method: 'POST', pathOrUrl: path, body: { data } });
  }

  renew(talk: WebhookTalk, webhookId: string): Promise<ClioWebhookState> {
    const body = { data: { expires_at: this.expiry() } };
    const call = { operation: 'renew', method: 'PATCH', pathOrUrl: pathOf(webhookId), body } as const;
    return this.write(talk, { ...call, idempotent: true });
  }

  /** One that is gone is removed. */
  async remove(talk: WebhookTalk, webhookId: string): Promise<void> {
    try {
      const call = { operation: 'delete', method: 'DELETE', pathOrUrl: pathOf(webhookId) } as const;
      await this.call(talk, { ...call, idempotent: true });
    } catch (error) {
      if (!isAppError(error) || error.kind !== 'not_found') throw error;
    }
  }

  private expiry(): string {
    return new Date(this.clock().getTime() + lifeMs).toISOString();
  }

  private async write(talk: WebhookTalk, call: Call): Promise<ClioWebhookState> {
    const query = { fields: 'id,url,status,expires_at' };
    return stateOf(parsed(clioShowSchema, await this.call(talk, { ...call, query })).data);
  }

  private async call({ connection, correlationId, signal }: WebhookTalk, call: Call): Promise<unknown> {
    const { body } = await this.client.call(
      { ...connection, budgetKey: `clio/${connection.connectionId}`, policy: policyOf(connection.budget, this.budget) },
      this.tokens.for(connection.tenantId, connection.connectionId, correlationId),
      { ...call, operation: `clio.webhooks.${call.operation}`, lane: 'webhook', correlationId, signal },
    );
    return body;
  }
}

type Call = Omit<ProviderCall, 'lane' | 'correlationId' | 'signal'>;

function pathOf(webhookId: string): string {
  return `${clioApiPath}${clioWebhookPath.replace('.json', `/${encodeURIComponent(webhookId)}.json`)}`;
}

function stateOf(raw: unknown): ClioWebhookState {
  const { id, url, status, shared_secret: secret, expires_at: expires } = parsed(clioWebhookSchema, raw);
  return {
    webhookId: String(id),
    url: url ?? '',
    status: status ?? '',
    secret: secret ?? null,
    expiresAt: expires ? new Date(expires) : null,
  };
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new AppError(
    'malformed',
    'clio.webhook_malformed',
    'Clio answered about webhooks in a form that is not known.',
  );
}
