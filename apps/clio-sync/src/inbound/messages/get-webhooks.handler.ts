import { Controller } from '@nestjs/common';
import { webhookMessages, type ConnectionWebhooks, type DataOf, type Message } from '@firmbridge/contracts';
import { Answers } from '@firmbridge/messaging';
import { FindWebhooks } from '../../application/webhooks/find-webhooks.js';

const { getClioWebhooks } = webhookMessages;

@Controller()
export class GetWebhooksHandler {
  constructor(private readonly findWebhooks: FindWebhooks) {}

  @Answers(getClioWebhooks)
  answer(message: Message<DataOf<typeof getClioWebhooks>>): Promise<ConnectionWebhooks> {
    return this.findWebhooks.execute(message);
  }
}
