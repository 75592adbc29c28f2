import type { Tx } from '@firmbridge/database';
import type { KnownStage } from '../domain/stage-of-area.js';

/** The stages of a firm as the sync has them. */
export function storedStages(tx: Tx, connectionId: string): Promise<KnownStage[]> {
  return tx.query<KnownStage>(
    `select record_id as id, coalesce(body ->> 'name', record_id) as name, body ->> 'practice_area_id' as "practiceAreaId"
     from record where tenant_id = (select this_tenant()) and connection_id = $1 and resource = 'matter_stages'
       and deleted_at is null
     order by (body ->> 'order')::int nulls last, record_id`,
    [connectionId],
  );
}

/** The practice area of a matter as the sync has it; null for none, or for a matter it does not know. */
export async function storedPracticeArea(tx: Tx, connectionId: string, matterId: string): Promise<string | null> {
  const [row] = await tx.query<{ id: string | null }>(
    `select body -> 'practice_area' ->> 'id' as id from record
     where tenant_id = (select this_tenant()) and connection_id = $1 and resource = 'matters' and record_id = $2`,
    [connectionId, matterId],
  );
  return row?.id ?? null;
}
