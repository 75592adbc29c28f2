import { Controller, Get, Header, Inject, Optional, ServiceUnavailableException } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { Database } from '@firmbridge/database';
import { Registry } from 'prom-client';
import { Readiness } from './readiness.js';

/**
 * Liveness says only that the process turns; readiness that it can do its work. A broker that is away makes a service degraded,
 * not unready: what it writes waits in the outbox.
 */
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: Readiness,
    private readonly registry: Registry,
    @Optional() @Inject(Database) private readonly database?: Database,
  ) {}

  @Get('livez')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  @HealthCheck()
  async ready() {
    if (!this.readiness.isReady) throw new ServiceUnavailableException('starting or stopping');
    return this.health.check([
      async () => {
        const database = this.indicators.check('database');
        if (!this.database) return database.up({ used: false });
        return this.database.ping().then(
          () => database.up(),
          () => database.down('does not answer'),
        );
      },
    ]);
  }

  @Get('metrics')
  @Header('Content-Type', 'text/plain; version=0.0.4')
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
