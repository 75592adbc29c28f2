import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AppError, formatActor, type Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { fieldOf, force, type Sent } from '../../domain/agreement/agreement.js';
import { mappingOf, otherSide, type Side } from '../../domain/agreement/mappings.js';
import { isSame, type Value } from '../../domain/agreement/values.js';
import { AgreementRepository, type Halt, type StoredAgreement } from '../../persistence/agreement.repository.js';
import {
  ConflictRepository,
  wholePair,
  type Decision,
  type StoredConflict,
} from '../../persistence/conflict.repository.js';
import { Agree } from './agree.js';
import { goneQuestion } from './gone-question.js';
import { LockPair } from './lock-pair.js';

/** One decision of a person about one conflict, and taking it back. */
@Injectable()
export class ConflictDecision {
  constructor(
    private readonly conflicts: ConflictRepository,
    private readonly agreements: AgreementRepository,
    private readonly pairs: LockPair,
    private readonly agree: Agree,
  ) {}

  /** False when there is nothing to decide any more. */
  async decide(tx: Tx, cause: Message, conflictId: string, decision: Decision): Promise<boolean> {
    const { tenantId } = cause;
    const { conflict, pair } = await this.lock(tx, tenantId, conflictId);
    if (conflict.state !== 'open') return false;
    const isWhole = conflict.field === wholePair;
    if (isWhole !== (decision === 'resume' || decision === 'leave')) throw otherChoices(isWhole);
    await this.conflicts.decide(tx, tenantId, conflictId, { decision, by: formatActor({ ...cause.actor, roles: [] }) });
    if (decision === 'clio' || decision === 'ghl') await this.take(tx, cause, { conflict, pair }, decision);
    if (decision === 'resume') await this.resume(tx, cause, { conflict, pair });
    return true;
  }

  async undo(tx: Tx, cause: Message, conflictId: string): Promise<void> {
    const { tenantId } = cause;
    const { conflict, pair } = await this.lock(tx, tenantId, conflictId);
    if (conflict.state === 'open') return;
    const { field, decision, base } = conflict;
    if (decision !== 'clio' && decision !== 'ghl')
      throw notUndoable('There is no decision about a value to take back.');
    const loser = otherSide(decision);
    const before = conflict[loser];
    const { sent } = fieldOf(pair.fields, field);
    if (sent !== null) throw notUndoable('A write of this field is on its way. Try again when it has ended.');
    if (before === null || (await this.hasMoved(tx, tenantId, pair, { field, loser, conflict })))
      throw notUndoable('The field has changed since. Change it there instead.');
    await this.conflicts.reopen(tx, tenantId, conflictId);
    await this.send(tx, cause, pair, { field, to: loser, value: before.value, baseAfter: base });
  }

  private async take(tx: Tx, cause: Message, { conflict, pair }: Locked, from: Side): Promise<void> {
    const { field } = conflict;
    const copies = await this.agree.copiesOf(tx, cause.tenantId, pair);
    const seen = copies?.[from][field];
    if (seen === undefined || fieldOf(pair.fields, field).sent !== null) return;
    await this.send(tx, cause, pair, { field, to: otherSide(from), value: seen.value });
  }

  private async send(
    tx: Tx,
    cause: Message,
    pair: StoredAgreement,
    { field, to, value, baseAfter }: { field: string; to: Side; value: Value; baseAfter?: Sent['baseAfter'] },
  ): Promise<void> {
    const writeId = randomUUID();
    const sent: Sent = { writeId, to, value, ...(baseAfter === undefined ? {} : { baseAfter }) };
    const next = { ...pair, fields: force(pair.fields, field, sent) };
    await this.agreements.save(tx, cause.tenantId, [next]);
    await this.agree.write(tx, cause, { agreement: next, side: to, writeId, fields: { [field]: value } });
  }

  /** Only what was asked about ends: after a loop, a record that is gone is the next question. */
  private async resume(tx: Tx, cause: Message, { conflict, pair }: Locked): Promise<void> {
    const isAbout = (halt: Halt) => (halt === 'looping') === (conflict.kind === 'looping');
    const resumed = { ...pair, halted: pair.halted.filter((halt) => !isAbout(halt)) };
    await this.agreements.forgiveWrites(tx, cause.tenantId, pair.agreementId);
    await this.agreements.save(tx, cause.tenantId, [resumed]);
    const question = goneQuestion(resumed);
    await this.conflicts.keep(tx, cause.tenantId, question === null ? [] : [question]);
    await this.agree.settle(tx, cause, [resumed]);
  }

  /** Whether the side that gave way, or what was asked about the field, is not any more as the decision left it. */
  private async hasMoved(
    tx: Tx,
    tenantId: string,
    pair: StoredAgreement,
    { field, loser, conflict }: { field: string; loser: Side; conflict: StoredConflict },
  ): Promise<boolean> {
    const mapping = mappingOf(pair.entityType).fields.find((each) => each.field === field);
    const seen = (await this.agree.copiesOf(tx, tenantId, pair))?.[loser][field];
    const agreed = fieldOf(pair.fields, field).base?.[loser];
    if (mapping === undefined || seen === undefined || agreed === undefined) return true;
    if (!isSame(mapping.kind, seen.value, agreed)) return true;
    return !(await this.conflicts.isNewest(tx, tenantId, conflict));
  }

  private async lock(tx: Tx, tenantId: string, conflictId: string): Promise<Locked> {
    const [found] = await this.conflicts.byIds(tx, tenantId, [conflictId]);
    const pair = found && (await this.pairs.execute(tx, tenantId, found.agreementId));
    const [conflict] = await this.conflicts.byIds(tx, tenantId, [conflictId]);
    if (pair && conflict !== undefined) return { conflict, pair };
    throw new AppError('not_found', 'conflict.unknown', 'There is no such conflict.');
  }
}

interface Locked {
  readonly conflict: StoredConflict;
  readonly pair: StoredAgreement;
}

function otherChoices(isWhole: boolean): AppError {
  const message = isWhole
    ? 'This is about the pair as a whole: let it go on (resume), or leave it apart (leave).'
    : 'This is about a field: say whose value counts (clio or ghl).';
  return new AppError('validation', 'conflict.other_choices', message);
}

function notUndoable(message: string): AppError {
  return new AppError('conflict', 'conflict.not_undoable', message);
}
