import { Get, Param } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { webhookMessages, type ConnectionWebhooks } from '@firmbridge/contracts';
import { z } from 'zod';
import { AskPlatform } from '../../application/ask-platform.js';
import { SyncServices } from '../../application/sync-services.js';
import type { Caller as CallerFacts } from '../../domain/caller.js';
import { Access } from './access/access.js';
import { ApiController, Caller, Replies } from './api.decorators.js';

const { connectionWebhooksSchema, getClioWebhooks, getGhlWebhooks } = webhookMessages;
const questionOf = { clio: getClioWebhooks, ghl: getGhlWebhooks };

@ApiController('Connections')
export class WebhooksController {
  constructor(
    private readonly platform: AskPlatform,
    private readonly services: SyncServices,
  ) {}

  @Get('connections/:connectionId/webhooks')
  @Access('connections.read')
  @ApiOperation({ summary: 'How the webhooks of a connection are, and why there are none' })
  @Replies(connectionWebhooksSchema, { description: 'Their health in a sentence, and each subscription.' })
  async getWebhooks(
    @Param('connectionId', { schema: z.uuid() }) connectionId: string,
    @Caller() caller: CallerFacts,
  ): Promise<ConnectionWebhooks> {
    const { provider } = await this.services.connection(connectionId, caller);
    return this.platform.ask(questionOf[provider], { connectionId }, caller);
  }
}
