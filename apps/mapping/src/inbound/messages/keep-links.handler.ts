import { Controller } from '@nestjs/common';
import { syncMessages, type DataOf, type Message } from '@firmbridge/contracts';
import { Consumes } from '@firmbridge/messaging';
import { KeepLinks } from '../../application/keep-links.js';

const queue = 'mapping.keep-links';

@Controller()
export class KeepLinksHandler {
  constructor(private readonly keepLinks: KeepLinks) {}

  @Consumes(syncMessages.writeFinished, { queue })
  async writeFinished(message: Message<DataOf<typeof syncMessages.writeFinished>>): Promise<void> {
    await this.keepLinks.execute(queue, message);
  }
}
