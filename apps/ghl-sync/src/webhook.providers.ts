import type { Provider } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ChangedRecord } from '@firmbridge/contracts';
import { Database, type Tx } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, LOGGER, RANDOM, type Clock, type Logger, type Random } from '@firmbridge/service';
import {
  ADAPTER,
  HOOKS,
  Intake,
  WebhookWorker,
  type ClaimedPage,
  type ProviderAdapter,
  type SyncHooks,
} from '@firmbridge/sync-engine';
import { Counter, Registry } from 'prom-client';
import { FindLocation } from './application/webhooks/find-location.js';
import { FindWebhooks } from './application/webhooks/find-webhooks.js';
import { ReceiveWebhook } from './application/webhooks/receive-webhook.js';
import type { GhlSyncConfig } from './config.js';
import { doorOutcomes, ghlWebhookDoor, webhookPath } from './inbound/http/ghl-webhook.door.js';
import { WebhookSchedule } from './inbound/schedules/webhook.schedule.js';
import { forgetAnnounced, noteMissed, pushedResources } from './persistence/webhook.repository.js';

/** Each record is read by a call of its own. */
const recordsPerFetch = 20;

/** Counts what a poll found although a webhook should have announced it, in the transaction of its page. */
async function noteChanged(tx: Tx, { mode, connection, resource }: ClaimedPage, changed: readonly ChangedRecord[]) {
  if (mode !== 'incremental' || changed.length === 0) return;
  const ids = changed.map(({ recordId }) => recordId);
  await noteMissed(tx, { connectionId: connection.connectionId, resource }, ids);
}

const hooks: Provider = {
  provide: HOOKS,
  inject: [Database],
  useFactory: (database: Database): SyncHooks => ({
    pushed: pushedResources,
    noteChanged,
    onStopping: async (tenantId, connectionId) => {
      await database.inTenant(tenantId, (tx) => forgetAnnounced(tx, connectionId));
      return [];
    },
  }),
};

/** Everything that receives and works off webhooks. */
export function webhookProviders({ webhooks, pollIntervalSeconds }: GhlSyncConfig): Provider[] {
  return [
    hooks,
    WebhookSchedule,
    {
      provide: WebhookWorker,
      inject: [Database, Outbox, ADAPTER, CLOCK, RANDOM, LOGGER],
      useFactory: (
        database: Database,
        outbox: Outbox,
        adapter: ProviderAdapter,
        clock: Clock,
        random: Random,
        log: Logger,
      ) =>
        new WebhookWorker({
          ...{ database, outbox, adapter, clock, random, log },
          concurrency: webhooks.concurrency,
          batch: recordsPerFetch,
          pollMs: 250,
        }),
    },
    {
      provide: Intake,
      inject: [Database, WebhookWorker],
      useFactory: (database: Database, worker: WebhookWorker) =>
        new Intake({ database, window: webhooks.window, onKept: () => worker.wake() }),
    },
    {
      provide: ReceiveWebhook,
      inject: [Database, Intake, CLOCK],
      useFactory: (database: Database, intake: Intake, clock: Clock) =>
        new ReceiveWebhook({ keys: webhooks.keys, locations: new FindLocation(database), intake, clock }),
    },
    {
      provide: FindWebhooks,
      inject: [Database],
      useFactory: (database: Database) =>
        new FindWebhooks(database, { address: webhooks.address, pollSeconds: pollIntervalSeconds }),
    },
    door,
  ];
}

/** Modules are made before the framework registers its body reader: this door stands in front of it. */
const door: Provider = {
  provide: 'WEBHOOK_DOOR',
  inject: [HttpAdapterHost, ReceiveWebhook, Registry, LOGGER],
  useFactory: ({ httpAdapter }: HttpAdapterHost, receive: ReceiveWebhook, registry: Registry, log: Logger) => {
    const deliveries = new Counter({
      name: 'firmbridge_webhook_deliveries_total',
      help: 'Webhook requests by what became of them; forged, unknown and too_large were rejected, not_stored comes again',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of doorOutcomes) deliveries.inc({ outcome }, 0);
    const opened = ghlWebhookDoor({ receive, count: (outcome) => deliveries.inc({ outcome }), log });
    httpAdapter.use(webhookPath, opened);
    return opened;
  },
};
