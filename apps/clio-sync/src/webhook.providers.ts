import type { Provider } from '@nestjs/common';
import { Database } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { ProviderClient } from '@firmbridge/provider-client';
import { CLOCK, ErasureHooks, LOGGER, RANDOM, type Clock, type Logger, type Random } from '@firmbridge/service';
import { AccessTokens, ADAPTER, Intake, WebhookWorker, type ProviderAdapter } from '@firmbridge/sync-engine';
import { RotateKeys, Vault } from '@firmbridge/vault';
import { AcceptHandshake } from './application/webhooks/accept-handshake.js';
import { CatchUp } from './application/webhooks/catch-up.js';
import { FindWebhookSource } from './application/webhooks/find-webhook-source.js';
import { FindWebhooks } from './application/webhooks/find-webhooks.js';
import { ForgetWebhooks } from './application/webhooks/forget-webhooks.js';
import { KeepSubscriptions } from './application/webhooks/keep-subscriptions.js';
import { MeasureWebhooks } from './application/webhooks/measure-webhooks.js';
import { ReceiveWebhook } from './application/webhooks/receive-webhook.js';
import { RemoveSubscriptions } from './application/webhooks/remove-subscriptions.js';
import { SubscriptionSteps } from './application/webhooks/subscription-steps.js';
import { WebhookSeal } from './application/webhooks/webhook-seal.js';
import type { ClioSyncConfig } from './config.js';
import { ClioWebhooksClient } from './outbound/clio/clio-webhooks.client.js';

/** Everything that makes, receives and works off webhooks. */
export function webhookProviders(config: ClioSyncConfig): Provider[] {
  return [...subscriptionProviders(config), ...deliveryProviders(config)];
}

function subscriptionProviders(config: ClioSyncConfig): Provider[] {
  const { webhooks } = config;
  return [
    {
      provide: Vault,
      inject: [Database, ErasureHooks],
      useFactory: async (database: Database, erasure: ErasureHooks) => {
        const vault = new Vault({ database, keyring: config.vaultKeys });
        await vault.check();
        erasure.add((tenantId) => vault.destroyTenantKey(tenantId));
        return vault;
      },
    },
    { provide: RotateKeys, inject: [Vault], useFactory: (vault: Vault) => new RotateKeys(vault) },
    { provide: WebhookSeal, inject: [Vault], useFactory: (vault: Vault) => new WebhookSeal(vault) },
    {
      provide: ClioWebhooksClient,
      inject: [ProviderClient, AccessTokens, CLOCK],
      useFactory: (client: ProviderClient, tokens: AccessTokens, clock: Clock) =>
        new ClioWebhooksClient(client, tokens, config.budget, clock),
    },
    {
      provide: SubscriptionSteps,
      inject: [Database, Outbox, ClioWebhooksClient, WebhookSeal, RANDOM, CLOCK],
      useFactory: (
        database: Database,
        outbox: Outbox,
        client: ClioWebhooksClient,
        seal: WebhookSeal,
        random: Random,
        clock: Clock,
      ) => new SubscriptionSteps(database, outbox, client, seal, { random, clock }),
    },
    {
      provide: KeepSubscriptions,
      inject: [Database, ClioWebhooksClient, SubscriptionSteps, RANDOM, LOGGER],
      useFactory: (
        database: Database,
        client: ClioWebhooksClient,
        steps: SubscriptionSteps,
        random: Random,
        log: Logger,
      ) =>
        new KeepSubscriptions({ database, client, steps, random, log, base: webhooks.base, checkMs: webhooks.checkMs }),
    },
    {
      provide: RemoveSubscriptions,
      inject: [Database, ClioWebhooksClient],
      useFactory: (database: Database, client: ClioWebhooksClient) => new RemoveSubscriptions(database, client),
    },
  ];
}

function deliveryProviders(config: ClioSyncConfig): Provider[] {
  const { webhooks } = config;
  return [
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
          pollMs: 250,
        }),
    },
    {
      provide: Intake,
      inject: [Database, WebhookWorker],
      useFactory: (database: Database, worker: WebhookWorker) =>
        new Intake({ database, window: webhooks.window, onKept: () => worker.wake() }),
    },
    ...withDatabase(FindWebhookSource, (database, seal) => new FindWebhookSource(database, seal)),
    {
      provide: AcceptHandshake,
      inject: [Database, FindWebhookSource, WebhookSeal],
      useFactory: (database: Database, sources: FindWebhookSource, seal: WebhookSeal) =>
        new AcceptHandshake(database, sources, seal),
    },
    {
      provide: ReceiveWebhook,
      inject: [FindWebhookSource, Intake, CatchUp],
      useFactory: (sources: FindWebhookSource, intake: Intake, catchUp: CatchUp) =>
        new ReceiveWebhook(sources, intake, catchUp),
    },
    ...withDatabase(CatchUp, (database) => new CatchUp(database)),
    ...withDatabase(MeasureWebhooks, (database) => new MeasureWebhooks(database)),
    ...withDatabase(ForgetWebhooks, (database) => new ForgetWebhooks(database, webhooks.keptDays)),
    ...withDatabase(FindWebhooks, (database) => {
      const facts = { isReachable: webhooks.base !== null, pollSeconds: config.pollIntervalSeconds };
      return new FindWebhooks(database, facts);
    }),
  ];
}

function withDatabase<T>(
  provide: abstract new (...args: never[]) => T,
  make: (database: Database, seal: WebhookSeal) => T,
): Provider[] {
  return [{ provide, inject: [Database, WebhookSeal], useFactory: make }];
}
