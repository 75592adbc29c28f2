import { randomUUID } from 'node:crypto';
import { newOrigin, uncheckedMessage, type OutgoingMessage } from '@firmbridge/contracts';
import type { Database, Tx } from '@firmbridge/database';
import type { Outbox } from '@firmbridge/messaging';
import { archiveRecord, recordChanged, type RecordData } from './records.js';

export interface RecordKey {
  readonly tenantId: string;
  readonly record: number;
}

export interface ChangeOptions {
  /** Versions the record gets, each told by an event of its own. */
  readonly versions: number;
  readonly archived: boolean;
  readonly note: string;
  /** Runs before the record is locked. */
  readonly first?: (tx: Tx, messages: number) => Promise<void>;
  /** Runs in the transaction when all is written. */
  readonly last?: () => Promise<void>;
}

/** Changes records and tells of it, as a service of the platform does: the row's lock first, then the outbox. */
export class Registry {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  async create({ tenantId, record }: RecordKey): Promise<void> {
    await this.database.inTenant(tenantId, (tx) =>
      tx.query('insert into record (tenant_id, record_id, version) values ($1, $2, 0)', [tenantId, record]),
    );
  }

  /** One transaction. */
  async change(key: RecordKey, { versions, archived, note, first, last }: ChangeOptions): Promise<void> {
    await this.database.inTenant(key.tenantId, async (tx) => {
      await first?.(tx, versions + Number(archived));
      const [row] = await tx.query<{ version: number }>(
        'update record set version = version + $3 where tenant_id = $1 and record_id = $2 returning version',
        [key.tenantId, key.record, versions],
      );
      const newest = row?.version ?? 0;
      const changed = Array.from({ length: versions }, (_, i) => newest - versions + 1 + i);
      const messages = changed.map((n) => recordChangedMessage(key, { record: key.record, n, note }));
      if (archived) messages.push(archiveMessage(key, { record: key.record, n: newest, note }));
      await this.outbox.add(tx, messages);
      await noteCommitted(tx, messages);
      await last?.();
    });
  }
}

export function recordChangedMessage({ tenantId, record }: RecordKey, data: RecordData): OutgoingMessage {
  return uncheckedMessage(recordChanged, data, originOf(tenantId), {
    orderingKey: `${tenantId}/${record}`,
    subject: `record/${record}`,
    entityVersion: { epoch: 1, n: data.n },
  });
}

/** Has an order of its own, so that a record whose copies cannot be kept still tells of its changes. */
function archiveMessage({ tenantId, record }: RecordKey, data: RecordData): OutgoingMessage {
  return uncheckedMessage(archiveRecord, data, originOf(tenantId), { orderingKey: `${tenantId}/${record}/archive` });
}

function originOf(tenantId: string) {
  return { ...newOrigin({ service: 'registry', tenantId, now: new Date() }), id: randomUUID() };
}

async function noteCommitted(tx: Tx, messages: readonly OutgoingMessage[]): Promise<void> {
  const rows = messages.map(({ contract, envelope }) => {
    const { record, n } = envelope.data as RecordData;
    return {
      tenant_id: envelope.tenantid,
      message_id: envelope.id,
      record_id: record,
      version: n,
      kind: contract.name,
    };
  });
  await tx.query(
    `insert into change (tenant_id, message_id, record_id, version, kind)
     select * from jsonb_to_recordset($1::jsonb) as row (tenant_id uuid, message_id uuid, record_id int, version int, kind text)`,
    [JSON.stringify(rows)],
  );
}
