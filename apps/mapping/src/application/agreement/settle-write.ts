import { Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import type { OperationProblem } from '@firmbridge/contracts';
import { confirm, fieldsSentBy, refuse, takeBack, type Copies } from '../../domain/agreement/agreement.js';
import type { Side } from '../../domain/agreement/mappings.js';
import { AgreementRepository, type StoredAgreement } from '../../persistence/agreement.repository.js';
import { ConflictRepository } from '../../persistence/conflict.repository.js';
import type { WriteFinished } from '../write-finished.js';
import { Agree } from './agree.js';
import { KeepAnswer } from './keep-answer.js';
import { LockPair } from './lock-pair.js';
import { refusalOf } from './refusal.js';

/**
 * What became of a write that agreement asked for. What the provider made of our value is what both sides agree on from then on; what
 * it refused is put before a person and not tried again by itself.
 */
@Injectable()
export class SettleWrite {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly conflicts: ConflictRepository,
    private readonly pairs: LockPair,
    private readonly answers: KeepAnswer,
    private readonly agree: Agree,
  ) {}

  async execute(tx: Tx, event: WriteFinished): Promise<void> {
    const { tenantId, data } = event;
    const agreementId = await this.agreements.agreementOfWrite(tx, tenantId, data.taskId);
    if (agreementId === null) return;
    const agreement = await this.pairs.execute(tx, tenantId, agreementId);
    if (agreement === null) return;
    await this.agreements.endWrite(tx, tenantId, data.taskId, data.outcome);
    await this.answers.execute(tx, event, agreement.entityType);
    const settled = await this.settled(tx, event, agreement);
    await this.agreements.save(tx, tenantId, [settled]);
    await this.agree.settle(tx, event, [settled]);
  }

  private async settled(tx: Tx, event: WriteFinished, agreement: StoredAgreement): Promise<StoredAgreement> {
    const { taskId, provider, outcome, problem } = event.data;
    const { fields } = agreement;
    const copies = await this.agree.copiesOf(tx, event.tenantId, agreement);
    if (outcome === 'succeeded') return { ...agreement, fields: confirm(fields, taskId, copies?.[provider] ?? {}) };
    // The record changed meanwhile: what it is now has come with the refusal, and everything is looked at again.
    if (problem?.kind === 'precondition_failed') return { ...agreement, fields: takeBack(fields, taskId) };
    await this.ask(tx, event.tenantId, agreement, { side: provider, taskId, problem: problem ?? null, copies });
    return { ...agreement, fields: refuse(fields, taskId) };
  }

  private async ask(
    tx: Tx,
    tenantId: string,
    { agreementId, fields }: StoredAgreement,
    refused: { side: Side; taskId: string; problem: OperationProblem | null; copies: Copies | null },
  ): Promise<void> {
    const { side, taskId, problem, copies } = refused;
    const conflicts = fieldsSentBy(fields, taskId).map((field) => ({
      ...{ agreementId, field, kind: 'refused' as const, policy: null, reason: refusalOf(side, problem) },
      base: fields[field]?.base ?? null,
      clio: copies?.clio[field] ?? null,
      ghl: copies?.ghl[field] ?? null,
      ...{ decision: null, decidedBy: null },
    }));
    await this.conflicts.keep(tx, tenantId, conflicts);
  }
}
