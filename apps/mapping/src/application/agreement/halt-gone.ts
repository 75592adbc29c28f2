import { Injectable } from '@nestjs/common';
import type { Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { AgreementRepository, type StoredAgreement } from '../../persistence/agreement.repository.js';
import { ConflictRepository, wholePair } from '../../persistence/conflict.repository.js';
import { goneOn, goneQuestion } from './gone-question.js';
import type { SeenPage } from './seen-page.js';

/**
 * A record that was deleted, or merged away, on one side: the other one stays as it is, and a person is told. One that is back goes on,
 * unless the pair rests for another reason, too: then that one is asked about.
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
    const halt = goneOn(side);
    const isGone = (pair: StoredAgreement) => goneIds.has(pair[side].recordId);
    const gone = own
      .filter((pair) => isGone(pair) && !pair.halted.includes(halt))
      .map((pair) => ({ ...pair, halted: [...pair.halted, halt] }));
    const back = own
      .filter((pair) => !isGone(pair) && pair.halted.includes(halt))
      .map((pair) => ({ ...pair, halted: pair.halted.filter((other) => other !== halt) }));
    await this.agreements.save(tx, tenantId, [...gone, ...back]);
    const free = back.filter(({ halted }) => halted.length === 0);
    await this.conflicts.settle(
      tx,
      tenantId,
      free.map(({ agreementId }) => ({ agreementId, field: wholePair })),
    );
    // Of a loop a person is asked already, and has to answer first.
    const asked = [...gone, ...back].filter(({ halted }) => !halted.includes('looping'));
    await this.conflicts.keep(
      tx,
      tenantId,
      asked.flatMap((pair) => goneQuestion(pair) ?? []),
    );
  }
}
