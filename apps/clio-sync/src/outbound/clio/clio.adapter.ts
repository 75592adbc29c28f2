import {
  clioApiPath,
  clioPageSchema,
  clioResourceNames,
  clioResourceNameSchema,
  clioResources,
  clioShowSchema,
  recordIdOf,
  updatedAtOf,
  type ClioResource,
} from '@firmbridge/clio-api';
import { AppError } from '@firmbridge/contracts';
import type { BudgetPolicy } from '@firmbridge/rate-limit';
import type { ProviderClient } from '@firmbridge/provider-client';
import type { AccessTokens, Page, PageRequest, ProviderAdapter, ReadRecord } from '@firmbridge/sync-engine';
import { z } from 'zod';

/** Reads Clio as its catalogue says: one request a page, following the address that Clio itself gives for the next one. */
export class ClioAdapter implements ProviderAdapter {
  readonly provider = 'clio';
  readonly service = 'clio-sync';
  readonly resources = clioResourceNames.map((name) => ({ name, incremental: clioResources[name].updatedSince }));

  constructor(
    private readonly client: ProviderClient,
    private readonly tokens: AccessTokens,
    private readonly policy: BudgetPolicy,
  ) {}

  async readPage(request: PageRequest): Promise<Page> {
    const { connection, correlationId } = request;
    const resource = clioResources[clioResourceNameSchema.parse(request.resource)];
    const { body } = await this.client.call(
      { ...connection, budgetKey: `clio/${connection.connectionId}`, policy: this.policy },
      this.tokens.for(connection.tenantId, connection.connectionId, correlationId),
      {
        operation: `clio.${resource.name}.${resource.single ? 'show' : 'list'}`,
        method: 'GET',
        ...(request.cursor === null ? firstPage(resource, request.since) : { pathOrUrl: request.cursor }),
        lane: request.lane,
        correlationId,
        signal: request.signal,
      },
    );
    return resource.single ? readSingle(resource, body) : readList(resource, body);
  }
}

function firstPage(resource: ClioResource, since: Date | null) {
  const query: Record<string, string> = { fields: resource.fields };
  if (!resource.single) query['limit'] = String(resource.pageSize);
  if (resource.order !== null) query['order'] = resource.order;
  if (since !== null) query['updated_since'] = since.toISOString();
  return { pathOrUrl: `${clioApiPath}${resource.listPath}`, query };
}

function readList(resource: ClioResource, body: unknown): Page {
  const page = parseBody(clioPageSchema, resource, body);
  return {
    records: page.data.map((raw) => readRecord(resource, raw)),
    nextCursor: page.meta?.paging?.next ?? null,
    expected: page.meta?.records ?? null,
  };
}

function readSingle(resource: ClioResource, body: unknown): Page {
  const { data } = parseBody(clioShowSchema, resource, body);
  return { records: [readRecord(resource, data)], nextCursor: null, expected: 1 };
}

function parseBody<Schema extends z.ZodType>(schema: Schema, resource: ClioResource, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError('malformed', 'clio.page_malformed', `${resource.name}: ${reasonOf(parsed.error)}`);
}

function readRecord(resource: ClioResource, raw: unknown): ReadRecord {
  const recordId = recordIdOf(raw);
  const parsed = resource.record.safeParse(raw);
  if (!parsed.success) return { recordId, reason: reasonOf(parsed.error) };
  if (recordId === null) return { recordId, reason: 'id: is not a record id' };
  return { recordId, sourceUpdatedAt: updatedAtOf(raw), body: parsed.data as Record<string, unknown> };
}

/** Where and what is wrong, without a value: values are a firm's data. */
function reasonOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
    .join('; ');
}
