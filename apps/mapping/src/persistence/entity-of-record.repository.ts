import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import type { CopyKey } from './record-copy.repository.js';

export interface NamedEntity {
  readonly entityId: string;
  readonly title: string;
}

@Injectable()
export class EntityOfRecordRepository {
  /** By connection and record. */
  async find(tx: Tx, tenantId: string, places: readonly CopyKey[]): Promise<ReadonlyMap<string, NamedEntity>> {
    const rows = await tx.query<NamedEntity & { key: string }>(
      `select l.connection_id || '/' || l.record_id as key, e.entity_id as "entityId", e.title
       from jsonb_to_recordset($2::jsonb) as k("connectionId" uuid, resource text, "recordId" text)
       join entity_link l on l.tenant_id = $1 and l.connection_id = k."connectionId" and l.resource = k.resource
         and l.record_id = k."recordId"
       join entity e on e.tenant_id = l.tenant_id and e.entity_id = l.entity_id`,
      [tenantId, JSON.stringify(places)],
    );
    return new Map(rows.map(({ key, entityId, title }) => [key, { entityId, title }]));
  }
}
