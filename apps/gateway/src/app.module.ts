import { Inject, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CONFIG } from '@firmbridge/service';
import type { Express } from 'express';
import { AskPlatform } from './application/ask-platform.js';
import { CreatePairing } from './application/create-pairing.js';
import { LiveFeed } from './application/live-feed.js';
import { StartRun } from './application/start-run.js';
import { TellLiveEvents } from './application/tell-live-events.js';
import type { GatewayConfig } from './config.js';
import { readBody, refuseBody } from './inbound/http/access/body-reader.js';
import { Gate } from './inbound/http/access/gate.js';
import { securityHeaders } from './inbound/http/access/security-headers.js';
import { apiControllers } from './inbound/http/api-controllers.js';
import { ApiDocsController } from './inbound/http/api-docs.controller.js';
import { rememberCaller } from './inbound/http/caller.js';
import { correlate } from './inbound/http/correlation.js';
import { dashboardFiles } from './inbound/http/dashboard-files.js';
import { PublicAddress } from './inbound/http/public-address.js';
import { LiveEventsListener } from './inbound/messages/live-events.listener.js';
import { CommandSender } from './outbound/command-sender.js';

@Module({
  controllers: [...apiControllers, ApiDocsController],
  providers: [
    AskPlatform,
    CommandSender,
    CreatePairing,
    Gate,
    LiveEventsListener,
    LiveFeed,
    PublicAddress,
    StartRun,
    TellLiveEvents,
  ],
})
export class GatewayModule {
  /** Modules are made before the framework registers its body reader and its routes: this door stands in front of all of them. */
  constructor(adapterHost: HttpAdapterHost, gate: Gate, @Inject(CONFIG) config: GatewayConfig) {
    const express = adapterHost.httpAdapter.getInstance<Express>();
    express.disable('x-powered-by');
    express.use(correlate, securityHeaders, gate.handle, rememberCaller(config.tenantId), readBody, refuseBody);
    express.use(dashboardFiles(config.dashboardDir));
  }
}
