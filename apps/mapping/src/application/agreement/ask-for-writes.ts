import { Inject, Injectable } from '@nestjs/common';
import type { Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import type { Side } from '../../domain/agreement/mappings.js';
import type { Value } from '../../domain/agreement/values.js';
import { AgreementRepository, type StoredAgreement } from '../../persistence/agreement.repository.js';
import type { StoredCopies } from '../../persistence/record-copy.repository.js';
import { AgreementMessages } from './agreement-messages.js';
import { changeOf } from './change-of.js';

export interface IntendedWrite {
  readonly agreement: StoredAgreement;
  readonly side: Side;
  readonly writeId: string;
  readonly fields: Readonly<Record<string, Value>>;
}

/** Asks the sync services for writes, and keeps that it did. */
@Injectable()
export class AskForWrites {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(tx: Tx, cause: Message, writes: readonly IntendedWrite[], copies: StoredCopies): Promise<void> {
    if (writes.length === 0) return;
    const messages = new AgreementMessages(cause, this.clock());
    const noted = writes.map(({ agreement: { agreementId }, ...write }) => ({ ...write, agreementId }));
    await this.agreements.noteWrites(tx, cause.tenantId, noted);
    const commands = writes.map((write) =>
      messages.write(write.side, changeOf(write.agreement, write.side, write, copies)),
    );
    await this.outbox.add(tx, commands);
  }

  /** Tells people of pairs that keep changing each other. */
  async raiseLoops(tx: Tx, cause: Message, looping: readonly StoredAgreement[]): Promise<void> {
    if (looping.length === 0) return;
    const messages = new AgreementMessages(cause, this.clock());
    await this.outbox.add(
      tx,
      looping.map((agreement) => messages.looping(agreement)),
    );
  }
}
