import { Injectable } from '@nestjs/common';
import type { agreementMessages, Conflict, DataOf, Message, ReplyOf } from '@firmbridge/contracts';
import { Database, type Tx } from '@firmbridge/database';
import { mappingOf, type Side } from '../../domain/agreement/mappings.js';
import { AgreementRepository, type StoredAgreement } from '../../persistence/agreement.repository.js';
import { ConflictRepository, type StoredConflict } from '../../persistence/conflict.repository.js';
import { EntityOfRecordRepository, type NamedEntity } from '../../persistence/entity-of-record.repository.js';

type Question = typeof agreementMessages.findConflicts;

/** What waits for a person, or was decided, with what both sides say. */
@Injectable()
export class FindConflicts {
  constructor(
    private readonly database: Database,
    private readonly conflicts: ConflictRepository,
    private readonly agreements: AgreementRepository,
    private readonly entities: EntityOfRecordRepository,
  ) {}

  async execute({ tenantId, data }: Message<DataOf<Question>>): Promise<ReplyOf<Question>> {
    return this.database.inTenant(tenantId, async (tx) => {
      // Counted first: what comes in between is listed and not counted, rather than counted and not there.
      const open = await this.conflicts.countOpen(tx, tenantId);
      const stored = await this.conflicts.find(tx, tenantId, data.state, data.limit);
      return { conflicts: await this.complete(tx, tenantId, stored), open };
    });
  }

  async byIds(tx: Tx, tenantId: string, conflictIds: readonly string[]): Promise<Conflict[]> {
    return this.complete(tx, tenantId, await this.conflicts.byIds(tx, tenantId, conflictIds));
  }

  private async complete(tx: Tx, tenantId: string, stored: readonly StoredConflict[]): Promise<Conflict[]> {
    const ids = stored.map(({ agreementId }) => agreementId);
    const agreements = await this.agreements.find(tx, tenantId, ids);
    const places = [...agreements.values()].map((pair) => ({
      ...pair.clio,
      resource: mappingOf(pair.entityType).resource.clio,
    }));
    const entities = await this.entities.find(tx, tenantId, places);
    return stored.flatMap((conflict) => {
      const pair = agreements.get(conflict.agreementId);
      const entity = pair && entities.get(`${pair.clio.connectionId}/${pair.clio.recordId}`);
      return pair === undefined || entity === undefined ? [] : [toView(conflict, pair, entity)];
    });
  }
}

function toView(conflict: StoredConflict, pair: StoredAgreement, { entityId, title }: NamedEntity): Conflict {
  const { field } = conflict;
  const mapping = mappingOf(pair.entityType).fields.find((each) => each.field === field);
  return {
    ...{ conflictId: conflict.conflictId, kind: conflict.kind, state: conflict.state },
    ...{ entityType: pair.entityType, entityId, title },
    ...{ field: field === '' ? null : field, label: mapping?.label ?? null },
    ...{ policy: conflict.policy, reason: conflict.reason, base: conflict.base },
    ...{ clio: sideOf('clio', conflict, pair), ghl: sideOf('ghl', conflict, pair) },
    ...{ decision: conflict.decision, decidedBy: conflict.decidedBy },
    ...{ openedAt: conflict.openedAt, changedAt: conflict.changedAt },
  };
}

function sideOf(side: Side, conflict: StoredConflict, pair: StoredAgreement): Conflict['clio'] {
  const seen = conflict[side];
  return { ...pair[side], value: seen?.value ?? null, at: seen?.at ?? null, by: seen?.by ?? null };
}
