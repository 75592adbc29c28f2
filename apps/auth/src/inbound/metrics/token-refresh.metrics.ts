import type { Provider } from '@firmbridge/contracts';
import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { refreshResults, type RefreshMeter, type RefreshResult } from '../../application/tokens/refresh-meter.js';

/** How the refreshes of this replica ended. */
@Injectable()
export class TokenRefreshMetrics implements RefreshMeter {
  private readonly counter: Counter<'provider' | 'result'>;

  constructor(registry: Registry) {
    this.counter = new Counter({
      name: 'firmbridge_token_refresh_total',
      help: 'Refreshes of access tokens by how they ended',
      labelNames: ['provider', 'result'],
      registers: [registry],
    });
    // A series that begins with its first event cannot show an increase.
    for (const provider of ['clio', 'ghl'] as const) {
      for (const result of refreshResults) this.counter.inc({ provider, result }, 0);
    }
  }

  count(provider: Provider, result: RefreshResult): void {
    this.counter.inc({ provider, result });
  }
}
