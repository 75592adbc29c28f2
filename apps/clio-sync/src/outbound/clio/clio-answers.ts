import { clioPageSchema, clioShowSchema, recordIdOf, updatedAtOf, type ClioResource } from '@firmbridge/clio-api';
import { AppError } from '@firmbridge/contracts';
import type { IdPage, Page, ReadRecord } from '@firmbridge/sync-engine';
import type { z } from 'zod';

/** What Clio answers to a list; a record that breaks its schema is told with the reason and harms no other. */
export function readList(resource: ClioResource, body: unknown): Page {
  const page = parseBody(clioPageSchema, resource, body);
  return {
    records: page.data.map((raw) => readRecord(resource, raw)),
    nextCursor: page.meta?.paging?.next ?? null,
    expected: page.meta?.records ?? null,
  };
}

/** Ids and nothing else. One that cannot be read fails the page: a list with a hole proves nothing. */
export function readIdList(resource: ClioResource, body: unknown): IdPage {
  const page = parseBody(clioPageSchema, resource, body);
  return {
    ids: page.data.map((raw, at) => recordIdOf(raw) ?? fail(resource, at)),
    nextCursor: page.meta?.paging?.next ?? null,
    expected: page.meta?.records ?? null,
    isFull: page.data.length >= resource.pageSize,
  };
}

function fail(resource: ClioResource, at: number): never {
  throw new AppError('malformed', 'clio.page_malformed', `${resource.name}: data.${at}.id is not a record id`);
}

export function readSingle(resource: ClioResource, body: unknown): Page {
  const { data } = parseBody(clioShowSchema, resource, body);
  return { records: [readRecord(resource, data)], nextCursor: null, expected: 1 };
}

function parseBody<Schema extends z.ZodType>(schema: Schema, resource: ClioResource, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError('malformed', 'clio.page_malformed', `${resource.name}: ${reasonOf(parsed.error)}`);
}

export function readRecord(resource: ClioResource, raw: unknown): ReadRecord {
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
