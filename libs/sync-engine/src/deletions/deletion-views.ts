import { AppError, type DataOf, type Deletion, type syncMessages } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';

export type DeletionsQuestion = DataOf<syncMessages.SyncServiceMessages['getDeletions']>;

/** So long a deleted record's content is kept and can be brought back. */
export const undoDays = 30;

const sampleSize = 10;
const utc = (column: string) => `to_char((${column}) at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Those that wait for a person, then the newest. */
export async function findDeletions(tx: Tx, question: DeletionsQuestion): Promise<Deletion[]> {
  return tx.query<Deletion>(
    `select d.deletion_id as "deletionId", d.connection_id as "connectionId", c.provider, d.resource, d.state, d.evidence, d.records,
       d.of_records as "ofRecords", d.run_id as "runId", ${utc('d.noted_at')} as "notedAt", ${utc('d.decided_at')} as "decidedAt",
       d.decided_by as "decidedBy", d.reason,
       case when d.state = 'deleted' and coalesce(d.decided_at, d.noted_at) > clock_timestamp() - interval '${undoDays} days'
         then ${utc(`coalesce(d.decided_at, d.noted_at) + interval '${undoDays} days'`)} end as "undoableUntil",
       array(select r.record_id from record_deletion r where r.tenant_id = d.tenant_id and r.deletion_id = d.deletion_id
         order by r.state, r.record_id limit ${sampleSize}) as sample
     from deletion d join connection c on c.tenant_id = d.tenant_id and c.connection_id = d.connection_id
     where d.tenant_id = (select this_tenant()) and ($1::uuid is null or d.deletion_id = $1)
       and ($2::uuid is null or d.connection_id = $2)
       and ($3::text is null or d.resource = $3) and ($4::text is null or d.state = $4)
     order by (d.state = 'held') desc, d.noted_at desc limit $5`,
    [question.deletionId, question.connectionId, question.resource, question.state, question.limit],
  );
}

export async function getDeletion(tx: Tx, deletionId: string): Promise<Deletion> {
  const [deletion] = await findDeletions(tx, { deletionId, connectionId: null, resource: null, state: null, limit: 1 });
  if (deletion) return deletion;
  throw new AppError('not_found', 'deletion.unknown', 'There is no such deletion.', { details: { deletionId } });
}
