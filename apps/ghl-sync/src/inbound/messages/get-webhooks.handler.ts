import { Controller } from '@nestjs/common';
import { webhookMessages, type ConnectionWebhooks, type DataOf, type Message } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { FindWebhooks } from '../../application/webhooks/find-webhooks.js';

const { getGhlWebhooks } = webhookMessages;

@Controller()
export class GetWebhooksHandler {
  constructor(private readonly findWebhooks: FindWebhooks) {}

  @Answers(getGhlWebhooks)
  answer(message: Message<DataOf<typeof getGhlWebhooks>>): Promise<ConnectionWebhooks> {
    return this.findWebhooks.execute(message);
  }
}
