import { Injectable } from '@nestjs/common';
import {
  AppError,
  entityTypes,
  type DataOf,
  type EntityView,
  type mappingMessages,
  type Message,
  type ReplyOf,
} from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { z } from 'zod';
import { EntityViewRepository, type EntityPlace } from '../persistence/entity-view.repository.js';

type Question = typeof mappingMessages.searchEntities;

/** A reply holds 256 KiB; the rest is for its envelope. */
const roomBytes = 240 * 1024;

const placeSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** Entities of a tenant by type and text, newest change first, a page at a time. */
@Injectable()
export class SearchEntities {
  constructor(
    private readonly database: Database,
    private readonly views: EntityViewRepository,
  ) {}

  async execute({ tenantId, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    const search = {
      entityTypes: data.entityType === null ? entityTypes : [data.entityType],
      text: data.text?.trim() || null,
      entityId: data.entityId,
      after: decodeCursor(data.cursor),
      limit: data.limit + 1,
    };
    const found = await this.database.inTenant(tenantId, (tx) => this.views.search(tx, tenantId, search));
    const entities = fitting(found.slice(0, data.limit));
    const last = entities.at(-1);
    const hasMore = found.length > entities.length;
    return { entities, nextCursor: hasMore && last !== undefined ? encodeCursor(last) : null };
  }
}

/** As many as a reply has room for, at least one: entities with many custom fields make shorter pages. */
function fitting(entities: readonly EntityView[]): EntityView[] {
  let bytes = 0;
  return entities.filter((entity, index) => {
    bytes += Buffer.byteLength(JSON.stringify(entity));
    return index === 0 || bytes <= roomBytes;
  });
}

function encodeCursor({ updatedAt, entityId }: EntityPlace): string {
  return Buffer.from(JSON.stringify([updatedAt, entityId])).toString('base64url');
}

function decodeCursor(cursor: string | null): EntityPlace | null {
  if (cursor === null) return null;
  try {
    const [updatedAt, entityId] = placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { updatedAt, entityId };
  } catch (error) {
    throw new AppError('validation', 'cursor.invalid', 'The cursor was not made by this list.', { cause: error });
  }
}
