import { Inject, Module, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import { CONFIG } from '@firmbridge/service';
import type { Express } from 'express';
import { AskPlatform } from './application/ask-platform.js';
import { Budgets } from './application/budgets.js';
import { ClioConnection } from './application/clio-connection.js';
import { CreatePairing } from './application/create-pairing.js';
import { Disconnect } from './application/disconnect.js';
import { KnowCallers } from './application/know-callers.js';
import { LiveFeed } from './application/live-feed.js';
import { RequestErasure } from './application/request-erasure.js';
import { StartReplay } from './application/start-replay.js';
import { SignIn } from './application/sign-in.js';
import { StartRun } from './application/start-run.js';
import { SyncServices } from './application/sync-services.js';
import { TellLiveEvents } from './application/tell-live-events.js';
import { WriteToClio } from './application/write-to-clio.js';
import type { GatewayConfig } from './config.js';
import { AccessGuard } from './inbound/http/access/access.guard.js';
import { readBody, refuseBody } from './inbound/http/access/body-reader.js';
import { Cookies } from './inbound/http/access/cookies.js';
import { Gate } from './inbound/http/access/gate.js';
import { securityHeaders } from './inbound/http/access/security-headers.js';
import { SignInCookie } from './inbound/http/access/sign-in-cookie.js';
import { apiControllers } from './inbound/http/api-controllers.js';
import { ApiDocsController } from './inbound/http/api-docs.controller.js';
import { rememberConversation } from './inbound/http/caller.js';
import { correlate } from './inbound/http/correlation.js';
import { dashboardFiles } from './inbound/http/dashboard-files.js';
import { PublicAddress } from './inbound/http/public-address.js';
import { nameConversation } from './inbound/http/request-log.js';
import { LiveEventsListener } from './inbound/messages/live-events.listener.js';
import { CommandSender } from './outbound/command-sender.js';
import { OperationSignals } from './application/operation-signals.js';

@Module({
  controllers: [...apiControllers, ApiDocsController],
  providers: [
    AskPlatform,
    Budgets,
    { provide: APP_GUARD, useClass: AccessGuard },
    ClioConnection,
    Cookies,
    CommandSender,
    CreatePairing,
    Disconnect,
    Gate,
    KnowCallers,
    LiveEventsListener,
    LiveFeed,
    OperationSignals,
    PublicAddress,
    RequestErasure,
    SignIn,
    SignInCookie,
    StartReplay,
    StartRun,
    SyncServices,
    TellLiveEvents,
    WriteToClio,
  ],
})
export class GatewayModule implements NestModule {
  /** Modules are made before the framework registers its body reader and its routes: this door stands in front of all of them. */
  constructor(adapterHost: HttpAdapterHost, gate: Gate, @Inject(CONFIG) config: GatewayConfig) {
    const express = adapterHost.httpAdapter.getInstance<Express>();
    express.disable('x-powered-by');
    express.use(correlate, securityHeaders, rememberConversation, gate.checkHost, gate.openByLink);
    // The pages hold no data: what they ask for is guarded, and logging in needs a page.
    express.use(dashboardFiles(config.dashboardDir));
    express.use(gate.identify, readBody, refuseBody);
  }

  /** The framework's request logger, which stands behind that door, comes first here. */
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(nameConversation).forRoutes('{*path}');
  }
}
