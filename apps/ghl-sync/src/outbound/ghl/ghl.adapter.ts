import {
  ghlRecordIdOf,
  ghlRequest,
  ghlResourceNames,
  ghlResources,
  isThinGhlRecord,
  type GhlResource,
} from '@firmbridge/ghl-api';
import {
  isBad,
  patient,
  type IdPage,
  type Page,
  type PageRequest,
  type ProviderAdapter,
  type ReadRecord,
  type Records,
  type RecordsRequest,
} from '@firmbridge/sync-engine';
import { ContactChildren } from './contact-children.js';
import { malformedPage, readGhlRecord, readGhlSingle } from './ghl-answers.js';
import type { GhlCalls } from './ghl-calls.js';
import { GhlLists, isGone } from './ghl-lists.js';
import { indexLagMs, pageSizeOf, resourceOf, syncedResource } from './synced-resources.js';

/** Reads GHL as its catalogue says. */
export class GhlAdapter implements ProviderAdapter {
  readonly provider = 'ghl';
  readonly service = 'ghl-sync';
  readonly resources = ghlResourceNames.map((name) => syncedResource(ghlResources[name]));
  readonly budget;
  private readonly lists: GhlLists;
  private readonly children: ContactChildren;

  constructor(
    private readonly calls: GhlCalls,
    private readonly clock: () => Date,
  ) {
    this.budget = calls.budget;
    this.lists = new GhlLists(calls);
    this.children = new ContactChildren(calls, this.lists);
  }

  async readPage(request: PageRequest): Promise<Page> {
    const resource = resourceOf(request);
    const { records, nextCursor, total } = await this.lists.read(request, resource, request);
    const read = await this.settled(request, resource, records);
    return { records: read, nextCursor, expected: request.since === null ? total : null };
  }

  async readIds(request: PageRequest): Promise<IdPage> {
    const resource = resourceOf(request);
    const { records, nextCursor, total } = await this.lists.read(request, resource, { cursor: request.cursor });
    const ids = records.map((record) => {
      const id = ghlRecordIdOf(record);
      if (id === null) throw malformedPage(resource, 'a record has no id');
      return id;
    });
    // One reply that holds everything is the count of it.
    const expected = resource.paging === 'whole' ? ids.length : total;
    return { ids, nextCursor, expected, isFull: resource.paging !== 'whole' && records.length >= pageSizeOf(resource) };
  }

  /** One call each: GHL has no list by ids that is not behind. */
  async readRecords(request: RecordsRequest): Promise<Records> {
    const resource = resourceOf(request);
    const found = resource.get === null ? await this.fromWhole(request, resource) : await this.each(request, resource);
    const given = new Set(found.map(({ recordId }) => recordId));
    return { found, missing: request.ids.filter((id) => !given.has(id)) };
  }

  readChildren(request: RecordsRequest): Promise<readonly ReadRecord[]> {
    return this.children.read(request);
  }

  /** What a search gives of a record that changed a moment ago may be outdated, or not there any more: it is read by its id. */
  private async settled(request: PageRequest, resource: GhlResource, raw: readonly unknown[]): Promise<ReadRecord[]> {
    const records = raw.map((one) => readGhlRecord(resource, one));
    if (resource.paging !== 'search-after') return records;
    const settledUntil = this.clock().getTime() - indexLagMs;
    const unsettled = records.flatMap((record, at) => {
      if (isBad(record)) return [];
      const isYoung = (record.sourceUpdatedAt?.getTime() ?? 0) > settledUntil;
      return isYoung || isThinGhlRecord(raw[at]) ? [record.recordId] : [];
    });
    if (unsettled.length === 0) return records;
    const { found } = await this.readRecords({ ...patient(request), ids: unsettled });
    const again = new Map<string | null, ReadRecord | undefined>(unsettled.map((id) => [id, undefined]));
    for (const record of found) again.set(record.recordId, record);
    return records.flatMap((record) => (again.has(record.recordId) ? (again.get(record.recordId) ?? []) : record));
  }

  private async each(request: RecordsRequest, resource: GhlResource): Promise<ReadRecord[]> {
    const found: ReadRecord[] = [];
    let circumstances = request;
    for (const id of request.ids) {
      try {
        found.push(readGhlSingle(resource, await this.calls.call(singleRequest(request, resource, id), circumstances)));
      } catch (error) {
        if (!isGone(error)) throw error;
      }
      circumstances = patient(request);
    }
    return found;
  }

  private async fromWhole(request: RecordsRequest, resource: GhlResource): Promise<ReadRecord[]> {
    const { records } = await this.lists.read(request, resource);
    const wanted = new Set(request.ids);
    return records
      .map((raw) => readGhlRecord(resource, raw))
      .filter(({ recordId }) => recordId !== null && wanted.has(recordId));
  }
}

function singleRequest({ connection }: RecordsRequest, { get, name }: GhlResource, id: string) {
  if (get === null) throw new Error(`${name} are not read by their ids`);
  return ghlRequest(get, { params: { locationId: connection.accountId, contactId: id, userId: id, id } });
}
