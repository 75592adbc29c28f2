import {
  clioApiPath,
  clioPageSchema,
  clioResources,
  clioShowPath,
  clioShowSchema,
  type ClioWritableName,
} from '@firmbridge/clio-api';
import { AppError, type Actor, type Lane } from '@firmbridge/contracts';
import type { ProviderCall, ProviderClient } from '@firmbridge/provider-client';
import { policyOf, type AccessTokens, type BudgetRules, type EngineConnection } from '@firmbridge/sync-engine';
import type { z } from 'zod';
import { naming } from './clio-refusals.js';

export interface RecordsCall {
  readonly connection: EngineConnection;
  readonly resource: ClioWritableName;
  readonly lane: Lane;
  readonly correlationId: string;
  /** In whose name. */
  readonly actor?: Actor;
  readonly signal?: AbortSignal;
  /** Longest time for everything, waiting for budget included. */
  readonly deadlineMs?: number;
  /** Who would wait longer for budget is told so at once. */
  readonly longestBudgetWaitMs?: number;
  /** Longest pause that Clio may ask for. */
  readonly patienceMs?: number;
}

export type Body = Readonly<Record<string, unknown>>;

export interface RecordsPage {
  readonly records: readonly Body[];
  readonly nextUrl: string | null;
}

type Asked = Pick<ProviderCall, 'method' | 'pathOrUrl' | 'query' | 'body' | 'headers'>;

/** Single records of Clio, read and written; a refusal says which permission, fields or values it is about. */
export class ClioRecords {
  constructor(
    private readonly client: ProviderClient,
    private readonly tokens: Pick<AccessTokens, 'for'>,
    private readonly budget: BudgetRules,
  ) {}

  async show(call: RecordsCall, recordId: string, fields: string): Promise<Body> {
    const path = pathOf(call.resource, recordId);
    return this.one(call, 'show', { method: 'GET', pathOrUrl: path, query: { fields } });
  }

  async list(call: RecordsCall, query: NonNullable<ProviderCall['query']>): Promise<RecordsPage> {
    const body = await this.call(call, 'list', { method: 'GET', pathOrUrl: pathOf(call.resource, null), query });
    return pageOf(call, body);
  }

  /** Where Clio itself said that the next page is. */
  async follow(call: RecordsCall, url: string): Promise<RecordsPage> {
    return pageOf(call, await this.call(call, 'list', { method: 'GET', pathOrUrl: url }));
  }

  /** Answers the raw record with the fields of the sync. */
  async create(call: RecordsCall, data: Body): Promise<Body> {
    const { fields } = clioResources[call.resource];
    const asked = {
      method: 'POST',
      pathOrUrl: pathOf(call.resource, null),
      query: { fields },
      body: { data },
    } as const;
    return this.one(call, 'create', asked, data);
  }

  async update(call: RecordsCall, recordId: string, data: Body, ifMatch: string | null): Promise<Body> {
    const { fields } = clioResources[call.resource];
    const headers: Record<string, string> = ifMatch === null ? {} : { 'If-Match': ifMatch };
    const asked = {
      method: 'PATCH',
      pathOrUrl: pathOf(call.resource, recordId),
      query: { fields },
      body: { data },
      headers,
    } as const;
    return this.one(call, 'update', asked, data);
  }

  private async one(call: RecordsCall, verb: string, asked: Asked, changes?: Body): Promise<Body> {
    const answer = await this.call(call, verb, asked, changes);
    const parsed = clioShowSchema.safeParse(answer);
    if (parsed.success) return parsed.data.data;
    throw malformed(call, asked, parsed.error);
  }

  private async call(call: RecordsCall, verb: string, asked: Asked, changes?: Body): Promise<unknown> {
    const { connection, resource, correlationId } = call;
    const { actor, signal, deadlineMs, longestBudgetWaitMs, patienceMs } = call;
    try {
      const { body } = await this.client.call(
        {
          ...connection,
          budgetKey: `clio/${connection.connectionId}`,
          policy: policyOf(connection.budget, this.budget),
        },
        this.tokens.for(connection.tenantId, connection.connectionId, correlationId),
        {
          operation: `clio.${resource}.${verb}`,
          ...asked,
          lane: call.lane,
          correlationId,
          ...(actor === undefined ? {} : { actor }),
          ...(signal === undefined ? {} : { signal }),
          ...(deadlineMs === undefined ? {} : { deadlineMs }),
          ...(longestBudgetWaitMs === undefined ? {} : { longestBudgetWaitMs }),
          ...(patienceMs === undefined ? {} : { patienceMs }),
        },
      );
      return body;
    } catch (error) {
      throw naming(error, resource, changes);
    }
  }
}

function pathOf(resource: ClioWritableName, recordId: string | null): string {
  const { listPath } = clioResources[resource];
  return clioApiPath + (recordId === null ? listPath : clioShowPath(resource, recordId));
}

function pageOf(call: RecordsCall, body: unknown): RecordsPage {
  const page = clioPageSchema.safeParse(body);
  if (!page.success) throw malformed(call, { method: 'GET' }, page.error);
  return { records: page.data.data as Body[], nextUrl: page.data.meta?.paging?.next ?? null };
}

/** A write with an unreadable answer has most likely happened. */
function malformed({ resource }: RecordsCall, { method }: Pick<Asked, 'method'>, error: z.ZodError): AppError {
  const where = error.issues[0]?.path.join('.') || 'body';
  if (method === 'GET') return new AppError('malformed', 'clio.malformed', `${resource}: ${where} cannot be read.`);
  const message = `Clio answered the write of ${resource} with something unreadable; it may have happened.`;
  return new AppError('unknown_outcome', 'clio.unknown_outcome', message, { details: { where } });
}
