import { clioApiPath, clioResources, clioWrites, recordIdOf, type ClioWritableName } from '@firmbridge/clio-api';
import { AppError } from '@firmbridge/contracts';
import type { Body, ClioRecords, RecordsCall, RecordsPage } from './clio-records.js';

export interface RecordFilter {
  readonly name: string | null;
  readonly practiceAreaId: string | null;
  readonly matterId: string | null;
}

export interface RecordQuestion {
  readonly filter: RecordFilter;
  readonly limit: number;
  readonly cursor: string | null;
}

export interface FoundRecords {
  readonly records: Body[];
  readonly nextCursor: string | null;
}

/** Finds records in Clio as they are now. A cursor is Clio's own address of the next page. */
export class ClioRecordSearch {
  constructor(private readonly records: ClioRecords) {}

  find(call: RecordsCall, question: RecordQuestion): Promise<FoundRecords> {
    const { name, practiceAreaId } = question.filter;
    if (call.resource === 'contacts' && practiceAreaId !== null) return this.clientsOf(call, practiceAreaId, question);
    return this.listed(call, question, (record) => name === null || isNamed(record, name));
  }

  /** Clio's `query` looks at more than names and at parts of words: what it gives is looked at again. */
  private async listed(
    call: RecordsCall,
    question: RecordQuestion,
    fits: (record: Body) => boolean,
  ): Promise<FoundRecords> {
    const { name, matterId } = question.filter;
    const fields = clioWrites[call.resource].editFields;
    const page = await this.page(call, question, {
      fields,
      ...(name === null ? {} : { query: name }),
      ...(matterId === null ? {} : { matter_id: matterId }),
    });
    return { records: page.records.filter(fits), nextCursor: cursorOf(page) };
  }

  /** Contacts have no practice area of their own: those of the matters are, by their clients. */
  private async clientsOf(call: RecordsCall, practiceAreaId: string, question: RecordQuestion): Promise<FoundRecords> {
    const ofMatters = { ...call, resource: 'matters' } as const;
    const page = await this.page(ofMatters, question, { fields: 'id,client{id}', practice_area_id: practiceAreaId });
    const ids = [...new Set(page.records.flatMap(({ client }) => recordIdOf(client) ?? []))];
    if (ids.length === 0) return { records: [], nextCursor: cursorOf(page) };
    const fields = clioWrites.contacts.editFields;
    const { records } = await this.records.list(call, { fields, order: 'id(asc)', limit: '200', 'ids[]': ids });
    const { name } = question.filter;
    return { records: records.filter((record) => name === null || isNamed(record, name)), nextCursor: cursorOf(page) };
  }

  private page(
    call: RecordsCall,
    { limit, cursor }: RecordQuestion,
    query: Record<string, string>,
  ): Promise<RecordsPage> {
    if (cursor !== null) return this.records.follow(call, addressOf(cursor, call.resource, query['fields'] ?? ''));
    return this.records.list(call, { order: 'id(asc)', limit: String(limit), ...query });
  }
}

function isNamed({ name }: Body, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/);
  return typeof name === 'string' && words.every((word) => name.toLowerCase().includes(word));
}

function cursorOf({ nextUrl }: RecordsPage): string | null {
  return nextUrl === null ? null : Buffer.from(nextUrl).toString('base64url');
}

/** The account's token goes with it: a cursor leads nowhere but to the list that it came from, for the same fields. */
function addressOf(cursor: string, resource: ClioWritableName, fields: string): string {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const url = URL.canParse(text) ? new URL(text) : null;
  const path = (clioApiPath + clioResources[resource].listPath).replace(/\.json$/, '');
  const isOurs =
    url?.pathname.replace(/\.json$/, '').endsWith(path) === true && url.searchParams.get('fields') === fields;
  if (isOurs) return text;
  throw new AppError('validation', 'request.invalid', 'The cursor is not one of this list; begin without it.');
}
