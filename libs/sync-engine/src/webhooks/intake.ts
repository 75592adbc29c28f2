import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { keepDeliveries, type CoalescingWindow, type Delivery, type Keeping } from './keep-deliveries.js';

export interface IntakeOptions {
  readonly database: Database;
  readonly window: CoalescingWindow;
  /** Called when records became dirty. */
  readonly onKept: () => void;
  /** How long the first of a batch waits for others; default 3 ms. */
  readonly gatherMs?: number;
  /** Most deliveries of one statement; default 100. */
  readonly batch?: number;
  /** Most deliveries that wait; those beyond are refused and come again. Default 2000. */
  readonly mostWaiting?: number;
}

interface Waiting {
  readonly delivery: Delivery;
  readonly resolve: (keeping: Keeping) => void;
  readonly reject: (error: unknown) => void;
}

/** Makes deliveries durable in small batches: `take` resolves after the commit, so an answer that follows it is a promise kept. */
export class Intake {
  private readonly waiting: Waiting[] = [];
  private isEmptying = false;

  constructor(private readonly options: IntakeOptions) {}

  take(delivery: Delivery): Promise<Keeping> {
    if (this.waiting.length >= (this.options.mostWaiting ?? 2_000)) {
      return Promise.reject(new AppError('unavailable', 'webhook.too_many', 'Too many deliveries wait to be stored.'));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ delivery, resolve, reject });
      if (!this.isEmptying) void this.empty();
    });
  }

  private async empty(): Promise<void> {
    this.isEmptying = true;
    await sleep(this.options.gatherMs ?? 3);
    while (this.waiting.length > 0) await this.keep(this.waiting.splice(0, this.options.batch ?? 100));
    this.isEmptying = false;
  }

  private async keep(batch: readonly Waiting[]): Promise<void> {
    const { database, window, onKept } = this.options;
    const deliveries = batch.map(({ delivery }) => delivery);
    try {
      const keepings = await database.acrossTenants((tx) => keepDeliveries(tx, deliveries, window));
      keepings.forEach((keeping, index) => batch[index]?.resolve(keeping));
      if (keepings.includes('kept')) onKept();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
