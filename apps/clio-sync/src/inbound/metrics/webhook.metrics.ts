import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { MeasureWebhooks } from '../../application/webhooks/measure-webhooks.js';
import type { DoorOutcome } from '../http/clio-webhook.door.js';

const outcomes: readonly DoorOutcome[] = [
  'kept',
  'replayed',
  'unreadable',
  'forged',
  'unknown',
  'handshake',
  'handshake_refused',
  'too_large',
  'broken_off',
  'not_stored',
];

/** Deliveries of this replica by what became of them, and where the announced records of all firms stand. */
@Injectable()
export class WebhookMetrics {
  private readonly deliveries: Counter<'outcome'>;

  constructor(registry: Registry, measure: MeasureWebhooks) {
    const registers = [registry];
    this.deliveries = new Counter({
      name: 'firmbridge_webhook_deliveries_total',
      help: 'Webhook requests by what became of them; forged, unknown and too_large were rejected, not_stored comes again',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of outcomes) this.deliveries.inc({ outcome }, 0);
    const gauge = (name: string, help: string, read: () => Promise<number>) =>
      new Gauge({
        name: `firmbridge_webhook_${name}`,
        help,
        registers,
        async collect() {
          this.set(await read());
        },
      });
    gauge('dirty_records', 'Announced records that were not fetched yet', async () => (await measure.execute()).dirty);
    gauge(
      'oldest_dirty_seconds',
      'How long the oldest of them waits',
      async () => (await measure.execute()).oldestSeconds,
    );
    gauge(
      'missed',
      'Changes that a poll saw first, of all subscriptions',
      async () => (await measure.execute()).missed,
    );
    new Gauge({
      name: 'firmbridge_webhook_subscriptions',
      help: 'Subscriptions by state',
      labelNames: ['state'],
      registers,
      async collect() {
        this.reset();
        for (const [state, count] of Object.entries((await measure.execute()).byState)) this.set({ state }, count);
      },
    });
  }

  count(outcome: DoorOutcome): void {
    this.deliveries.inc({ outcome });
  }
}
