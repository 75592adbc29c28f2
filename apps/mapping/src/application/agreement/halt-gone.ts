import { Injectable } from '@nestjs/common';
import type { Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { AgreementRepository } from '../../persistence/agreement.repository.js';
import { ConflictRepository, wholePair } from '../../persistence/conflict.repository.js';
import type { SeenPage } from './seen-page.js';

const haltOf = { clio: 'clio_gone', ghl: 'ghl_gone' } as const;
const names = { clio: 'Clio', ghl: 'GoHighLevel' };

/**
 * A record that was deleted, or merged away, on one side: the other one stays as it is, and a person is told. One that is back goes on. A
 * pair that rests for another reason already goes on resting for that: it is not for a record's return to let it go on.
 */
@Injectable()
export class HaltGone {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly conflicts: ConflictRepository,
  ) {}

  async execute(tx: Tx, { tenantId }: Message, page: SeenPage): Promise<void> {
    const { side, seen } = page;
    const goneIds = new Set(seen.filter(({ deleted }) => deleted).map(({ recordId }) => recordId));
    const own = await this.agreements.ofRecords(
      tx,
      tenantId,
      page,
      seen.map(({ recordId }) => recordId),
    );
    const halt = haltOf[side];
    const gone = own.filter((pair) => goneIds.has(pair[side].recordId) && pair.halted === null);
    const back = own.filter((pair) => !goneIds.has(pair[side].recordId) && pair.halted === halt);
    await this.agreements.save(tx, tenantId, [
      ...gone.map((pair) => ({ ...pair, halted: halt })),
      ...back.map((pair) => ({ ...pair, halted: null })),
    ]);
    await this.conflicts.settle(
      tx,
      tenantId,
      back.map(({ agreementId }) => ({ agreementId, field: wholePair })),
    );
    const reason =
      `The record in ${names[side]} was deleted, or merged into another one. The one on the other side stays as it is and is ` +
      'no longer kept in step. Restore it there to go on, or leave it so.';
    const said = { field: wholePair, kind: 'gone', reason, policy: null, base: null, clio: null, ghl: null } as const;
    const asked = gone.map(({ agreementId }) => ({ ...said, agreementId, decision: null, decidedBy: null }));
    await this.conflicts.keep(tx, tenantId, asked);
  }
}
