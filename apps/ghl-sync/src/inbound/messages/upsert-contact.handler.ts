import { Controller } from '@nestjs/common';
import { syncMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { AcceptContactWrite } from '../../application/accept-contact-write.js';

const queue = 'ghl-sync.upsert-contact';

@Controller()
export class UpsertContactHandler {
  constructor(private readonly acceptContactWrite: AcceptContactWrite) {}

  @Consumes(syncMessages.upsertGhlContact, { queue })
  handle(message: Message<DataOf<typeof syncMessages.upsertGhlContact>>): Promise<void> {
    return this.acceptContactWrite.execute(queue, message);
  }
}
