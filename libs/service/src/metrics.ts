import type { RelayStats } from '@firmbridge/messaging';
import { Gauge, Histogram, type Registry } from 'prom-client';

/** Measures the steps of a change's way through the service: `fetch`, `store`, `normalize`. */
export class Stages {
  private readonly seconds: Histogram<'stage'>;

  constructor(registry: Registry) {
    this.seconds = new Histogram({
      name: 'firmbridge_stage_seconds',
      help: 'How long one step took for one page of records',
      labelNames: ['stage'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers: [registry],
    });
  }

  /** Runs the step and notes how long it took, whether it succeeded or not. */
  async time<T>(stage: string, step: () => Promise<T>): Promise<T> {
    const end = this.seconds.startTimer({ stage });
    return step().finally(() => end());
  }
}

/** What the outbox holds and how it drains, read when somebody looks. */
export function measureOutbox(registry: Registry, relay: { stats(): RelayStats }): void {
  const gauge = (name: string, help: string, value: (stats: RelayStats) => number) =>
    new Gauge({
      name: `firmbridge_outbox_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(value(relay.stats()));
      },
    });
  gauge('depth', 'Messages waiting to be published', ({ depth }) => depth);
  gauge('oldest_age_seconds', 'Age of the oldest message waiting', ({ oldestAgeSeconds }) => oldestAgeSeconds);
  gauge('stopped_keys', 'Ordering keys held back by a message nobody wanted', ({ stoppedKeys }) => stoppedKeys);
  gauge('published_total', 'Messages published and confirmed since the start', ({ published }) => published);
  gauge('busy_seconds_total', 'Time spent reading, publishing and deleting', ({ busySeconds }) => busySeconds);
}
