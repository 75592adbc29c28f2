import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CONFIG } from '@firmbridge/service';
import type { Server } from 'node:http';
import type { GatewayConfig } from '../../config.js';
import { hostInUrl } from '../../domain/hosts.js';

/** Where a browser reaches this gateway. */
@Injectable()
export class PublicAddress {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  /** Known once the gateway listens. */
  origin(): string {
    if (this.config.publicOrigin !== null) return this.config.publicOrigin;
    const address = (this.adapterHost.httpAdapter.getHttpServer() as Server).address();
    const port = address === null || typeof address === 'string' ? '' : `:${address.port}`;
    return `http://${hostInUrl(this.config.host)}${port}`;
  }
}
