import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LOGGER, type Logger } from '@firmbridge/service';
import { HOOKS, syncControllers, syncProviders, type SyncHooks, type SyncSettings } from '@firmbridge/sync-engine';
import { AcceptHandshake } from './application/webhooks/accept-handshake.js';
import { FindWebhookSource } from './application/webhooks/find-webhook-source.js';
import { noteMissedChanges } from './application/webhooks/note-missed-changes.js';
import { ReceiveWebhook } from './application/webhooks/receive-webhook.js';
import { RemoveSubscriptions } from './application/webhooks/remove-subscriptions.js';
import type { ClioSyncConfig } from './config.js';
import { webhookPath } from './domain/webhooks/webhook-address.js';
import { clioWebhookDoor } from './inbound/http/clio-webhook.door.js';
import { GetWebhooksHandler } from './inbound/messages/get-webhooks.handler.js';
import { RotateKeysHandler } from './inbound/messages/rotate-keys.handler.js';
import { WebhookMetrics } from './inbound/metrics/webhook.metrics.js';
import { WebhookSchedule } from './inbound/schedules/webhook.schedule.js';
import { ClioAdapter } from './outbound/clio/clio.adapter.js';
import { clioDialect } from './outbound/clio/clio.dialect.js';
import { announcedResources } from './persistence/webhook-subscription.repository.js';
import { watchConnection } from './persistence/webhook-watch.repository.js';
import { webhookProviders } from './webhook.providers.js';
import { writeControllers, writeProviders } from './write.providers.js';

const hooks: Provider = {
  provide: HOOKS,
  inject: [RemoveSubscriptions],
  useFactory: (removeSubscriptions: RemoveSubscriptions): SyncHooks => ({
    pushed: announcedResources,
    noteChanged: noteMissedChanges,
    onEstablished: (tx, { data }) => watchConnection(tx, data.connectionId),
    onStopping: (tenantId, connectionId) => removeSubscriptions.execute(tenantId, connectionId),
  }),
};

/** Modules are made before the framework registers its body reader: this door stands in front of it. */
const webhookDoor: Provider = {
  provide: 'WEBHOOK_DOOR',
  inject: [HttpAdapterHost, FindWebhookSource, ReceiveWebhook, AcceptHandshake, WebhookMetrics, LOGGER],
  useFactory: (
    { httpAdapter }: HttpAdapterHost,
    sources: FindWebhookSource,
    receive: ReceiveWebhook,
    acceptHandshake: AcceptHandshake,
    metrics: WebhookMetrics,
    log: Logger,
  ) => {
    const count = (outcome: Parameters<WebhookMetrics['count']>[0]) => metrics.count(outcome);
    const door = clioWebhookDoor({ sources, receive, acceptHandshake, count, log });
    httpAdapter.use(webhookPath.replace(/\/$/, ''), door);
    return door;
  },
};

@Module({})
export class ClioSyncModule {
  static forRoot(config: ClioSyncConfig): DynamicModule {
    const settings: SyncSettings = { ...config, provider: 'clio', service: 'clio-sync' };
    return {
      module: ClioSyncModule,
      controllers: [...syncControllers(settings), GetWebhooksHandler, RotateKeysHandler, ...writeControllers],
      providers: [
        ...syncProviders({
          settings,
          dialect: clioDialect(config.rateWindowSeconds),
          adapter: (client, tokens) => new ClioAdapter(client, tokens, config.budget),
        }),
        hooks,
        WebhookSchedule,
        WebhookMetrics,
        webhookDoor,
        ...webhookProviders(config),
        ...writeProviders(config),
      ],
    };
  }
}
