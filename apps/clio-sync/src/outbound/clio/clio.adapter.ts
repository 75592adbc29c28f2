import {
  clioApiPath,
  clioPermissionAdvice,
  clioResourceNames,
  clioResourceNameSchema,
  clioResources,
  clioShowPath,
  type ClioResource,
} from '@firmbridge/clio-api';
import { AppError, isAppError } from '@firmbridge/contracts';
import type { ProviderCall, ProviderClient } from '@firmbridge/provider-client';
import {
  patient,
  policyOf,
  type AccessTokens,
  type BudgetRules,
  type IdPage,
  type Page,
  type PageRequest,
  type ProviderAdapter,
  type ReadRecord,
  type Records,
  type RecordsRequest,
} from '@firmbridge/sync-engine';
import { readIdList, readList, readSingle } from './clio-answers.js';

type Request = Pick<PageRequest, 'connection' | 'lane' | 'correlationId' | 'signal' | 'longestBudgetWaitMs'>;

/** Reads Clio as its catalogue says: one request a page, following the address that Clio itself gives for the next one. */
export class ClioAdapter implements ProviderAdapter {
  readonly provider = 'clio';
  readonly service = 'clio-sync';
  readonly resources = clioResourceNames.map((name) => ({
    name,
    incremental: clioResources[name].updatedSince,
    sweep: idOrderOf(clioResources[name]),
    pageSize: clioResources[name].pageSize,
    pollEvery: clioResources[name].pollEvery,
    permissionAdvice: clioPermissionAdvice(name),
  }));

  constructor(
    private readonly client: ProviderClient,
    private readonly tokens: Pick<AccessTokens, 'for'>,
    readonly budget: BudgetRules,
  ) {}

  async readPage(request: PageRequest): Promise<Page> {
    const resource = resourceOf(request);
    const place = request.cursor === null ? firstPage(resource, request.since) : { pathOrUrl: request.cursor };
    if (!resource.single) return this.list(request, resource, place);
    return readSingle(resource, await this.get(request, `clio.${resource.name}.show`, place));
  }

  async readIds(request: PageRequest): Promise<IdPage> {
    const resource = resourceOf(request);
    const first = firstPage({ ...resource, fields: 'id' }, null);
    const place = request.cursor === null ? first : { pathOrUrl: request.cursor };
    return readIdList(resource, await this.get(request, `clio.${resource.name}.list`, place));
  }

  /** By `ids[]` as many as fit a page; where Clio has no such filter one by one. */
  async readRecords(request: RecordsRequest): Promise<Records> {
    const resource = resourceOf(request);
    if (resource.single) {
      const { records } = await this.readPage({ ...request, cursor: null, since: null });
      return { found: records, missing: missingOf(request, records) };
    }
    const found: ReadRecord[] = [];
    const idsPerCall = resource.idsFilter ? resource.pageSize : 1;
    for (let at = 0; at < request.ids.length; at += idsPerCall) {
      const circumstances = at === 0 ? request : patient(request);
      const ids = request.ids.slice(at, at + idsPerCall);
      const read = resource.idsFilter
        ? this.listed(circumstances, resource, ids)
        : this.shown(circumstances, resource, ids[0] ?? '');
      found.push(...(await read));
    }
    return { found, missing: missingOf(request, found) };
  }

  private async listed(request: Request, resource: ClioResource, ids: readonly string[]): Promise<ReadRecord[]> {
    const { pathOrUrl, query } = firstPage(resource, null);
    const records: ReadRecord[] = [];
    let place: Place = { pathOrUrl, query: { ...query, 'ids[]': ids } };
    // They fit one page; should Clio give less a page, each gives at least one.
    for (let pages = 0; pages < ids.length; pages += 1) {
      const page = await this.list(pages === 0 ? request : patient(request), resource, place);
      records.push(...page.records);
      if (page.nextCursor === null) return records;
      place = { pathOrUrl: page.nextCursor };
    }
    throw new AppError('malformed', 'clio.page_repeats', `${resource.name}: a list of ${ids.length} ids does not end`);
  }

  private async shown(request: Request, resource: ClioResource, id: string): Promise<readonly ReadRecord[]> {
    const path = clioShowPath(resource.name as keyof typeof clioResources, id);
    if (path === null) throw new Error(`${resource.name} has neither ids[] nor a path of one record`);
    const place = { pathOrUrl: `${clioApiPath}${path}`, query: { fields: resource.fields } };
    try {
      return readSingle(resource, await this.get(request, `clio.${resource.name}.show`, place)).records;
    } catch (error) {
      if (isAppError(error) && error.kind === 'not_found') return [];
      throw error;
    }
  }

  private async list(request: Request, resource: ClioResource, place: Place): Promise<Page> {
    return readList(resource, await this.get(request, `clio.${resource.name}.list`, place));
  }

  private async get(request: Request, operation: string, place: Place): Promise<unknown> {
    const { connection, lane, correlationId, signal, longestBudgetWaitMs } = request;
    const { body } = await this.client.call(
      { ...connection, budgetKey: `clio/${connection.connectionId}`, policy: policyOf(connection.budget, this.budget) },
      this.tokens.for(connection.tenantId, connection.connectionId, correlationId),
      {
        operation,
        method: 'GET',
        ...place,
        lane,
        correlationId,
        signal,
        ...(longestBudgetWaitMs !== undefined && { longestBudgetWaitMs }),
      },
    );
    return body;
  }
}

type Place = Pick<ProviderCall, 'pathOrUrl' | 'query'>;

function resourceOf({ resource }: { readonly resource: string }): ClioResource {
  return clioResources[clioResourceNameSchema.parse(resource)];
}

/** By id means by Clio's cursor, which follows ids; what has no order may page by offset (clio-api section 4). */
function idOrderOf({ single, order }: ClioResource): 'by-id' | 'unordered' | undefined {
  if (single) return undefined;
  return order === null ? 'unordered' : 'by-id';
}

function firstPage(resource: ClioResource, since: Date | null) {
  const query: Record<string, string> = { fields: resource.fields };
  if (!resource.single) query['limit'] = String(resource.pageSize);
  if (resource.order !== null) query['order'] = resource.order;
  if (since !== null) query['updated_since'] = since.toISOString();
  return { pathOrUrl: `${clioApiPath}${resource.listPath}`, query };
}

/** A record without a readable id may be any of those asked for: then none is called missing. */
function missingOf({ resource, ids }: RecordsRequest, found: readonly ReadRecord[]): string[] {
  if (found.some(({ recordId }) => recordId === null)) {
    throw new AppError('malformed', 'clio.record_malformed', `${resource}: a record that was asked for has no id`);
  }
  const given = new Set(found.map(({ recordId }) => recordId));
  return ids.filter((id) => !given.has(id));
}
