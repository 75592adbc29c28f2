import { Controller } from '@nestjs/common';
import { syncMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { KeepTransaction } from '../../application/keep-transaction.js';

const queue = 'audit-log.keep-transactions';

@Controller()
export class KeepTransactionsHandler {
  constructor(private readonly keepTransaction: KeepTransaction) {}

  @Consumes(syncMessages.providerCallAttempted, { queue })
  handle(message: Message<DataOf<typeof syncMessages.providerCallAttempted>>): Promise<void> {
    return this.keepTransaction.execute(queue, message);
  }
}
