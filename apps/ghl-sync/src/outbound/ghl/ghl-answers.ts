import {
  ghlRecordIdOf,
  ghlUpdatedAtOf,
  keepGhlRecord,
  readGhlListPage,
  type GhlListOptions,
  type GhlListPage,
  type GhlResource,
} from '@firmbridge/ghl-api';
import { AppError } from '@firmbridge/contracts';
import type { ReadRecord } from '@firmbridge/sync-engine';
import { z } from 'zod';

/** What GHL answers to a list; a reply without the records proves nothing. */
export function readGhlPage(resource: GhlResource, options: Partial<GhlListOptions>, body: unknown): GhlListPage {
  try {
    return readGhlListPage(resource, options, body);
  } catch (error) {
    if (error instanceof z.ZodError) throw malformedPage(resource, reasonOf(error));
    throw error;
  }
}

/** A record that breaks its schema is told with the reason and harms no other. */
export function readGhlRecord(resource: GhlResource, raw: unknown): ReadRecord {
  const recordId = ghlRecordIdOf(raw);
  if (recordId === null) return { recordId, reason: 'id: is not a record id' };
  try {
    const body = keepGhlRecord(resource, raw);
    return { recordId, sourceUpdatedAt: ghlUpdatedAtOf(resource, body), body };
  } catch (error) {
    if (error instanceof z.ZodError) return { recordId, reason: reasonOf(error) };
    throw error;
  }
}

const reply = z.looseObject({});

export function readGhlSingle(resource: GhlResource, body: unknown): ReadRecord {
  const parsed = reply.safeParse(body);
  if (!parsed.success) throw malformedPage(resource, reasonOf(parsed.error));
  return readGhlRecord(resource, resource.recordKey === null ? parsed.data : parsed.data[resource.recordKey]);
}

export function malformedPage({ name }: GhlResource, reason: string): AppError {
  return new AppError('malformed', 'ghl.page_malformed', `${name}: ${reason}`);
}

/** Where and what is wrong, without a value: values are a firm's data. */
function reasonOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`)
    .join('; ');
}
