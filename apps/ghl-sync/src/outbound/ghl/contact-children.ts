import { ghlRequest, type GhlResource } from '@firmbridge/ghl-api';
import { isBad, patient, type ReadRecord, type RecordsRequest } from '@firmbridge/sync-engine';
import { unnamedContact } from '../../domain/announced-records.js';
import { readGhlPage, readGhlRecord } from './ghl-answers.js';
import type { GhlCalls } from './ghl-calls.js';
import { isGone, type GhlLists } from './ghl-lists.js';
import { largestPage, resourceOf } from './synced-resources.js';

/** Those beyond are seen when their contacts change. */
const mostOpenTasks = 1_000;

/** Notes and tasks: contact by contact, because there is no other list of them that is complete. */
export class ContactChildren {
  constructor(
    private readonly calls: GhlCalls,
    private readonly lists: GhlLists,
  ) {}

  async read(request: RecordsRequest): Promise<ReadRecord[]> {
    const resource = resourceOf(request);
    const children: ReadRecord[] = [];
    let circumstances = request;
    for (const id of request.ids) {
      const read =
        id === unnamedContact ? this.openTasks(circumstances, resource) : this.ofContact(circumstances, resource, id);
      children.push(...(await read));
      circumstances = patient(request);
    }
    return children;
  }

  private async ofContact(request: RecordsRequest, resource: GhlResource, contactId: string): Promise<ReadRecord[]> {
    try {
      const { records } = await this.lists.read(request, resource, { contactId });
      return records.map((raw) => withParent(readGhlRecord(resource, raw), contactId));
    } catch (error) {
      if (isGone(error)) return [];
      throw error;
    }
  }

  /** Of the whole location: an event told of a new task and not of whose it is. */
  private async openTasks(request: RecordsRequest, resource: GhlResource): Promise<ReadRecord[]> {
    const params = { locationId: request.connection.accountId };
    const found: ReadRecord[] = [];
    for (let skip = 0; skip < mostOpenTasks; skip += largestPage) {
      const body = { completed: false, limit: largestPage, skip };
      const search = ghlRequest('tasks.search', { params, body });
      const { records } = readGhlPage(
        resource,
        {},
        await this.calls.call(search, skip === 0 ? request : patient(request)),
      );
      for (const raw of records) {
        const record = readGhlRecord(resource, raw);
        const contactId = isBad(record) ? undefined : record.body['contactId'];
        found.push(typeof contactId === 'string' ? withParent(record, contactId) : record);
      }
      if (records.length < largestPage) break;
    }
    return found;
  }
}

function withParent(record: ReadRecord, parentId: string): ReadRecord {
  return isBad(record) ? record : { ...record, parentId, body: { ...record.body, contactId: parentId } };
}
