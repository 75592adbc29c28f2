import type { Inbox, QueueStats, RelayStats } from '@firmbridge/messaging';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

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

/** Reads its values when somebody looks: one, or one for each set of labels. */
type Read = (tell: (value: number, labels?: Readonly<Record<string, string>>) => void) => void;

interface Facts {
  readonly registry: Registry;
  readonly name: string;
  readonly help: string;
  readonly labelNames?: string[];
}

function gauge({ registry, ...facts }: Facts, read: Read): void {
  new Gauge({
    ...facts,
    registers: [registry],
    collect() {
      this.reset();
      read((value, labels = {}) => this.set(labels, value));
    },
  });
}

/** What it counts is counted elsewhere. */
function counter({ registry, ...facts }: Facts, read: Read): void {
  new Counter({
    ...facts,
    registers: [registry],
    collect() {
      this.reset();
      read((value, labels = {}) => this.inc(labels, value));
    },
  });
}

/** What the outbox holds and how it drains. */
export function measureOutbox(registry: Registry, relay: { stats(): RelayStats }): void {
  const now = (name: string, help: string, value: (stats: RelayStats) => number) =>
    gauge({ registry, name: `firmbridge_outbox_${name}`, help }, (tell) => tell(value(relay.stats())));
  const total = (name: string, help: string, value: (stats: RelayStats) => number) =>
    counter({ registry, name: `firmbridge_outbox_${name}_total`, help }, (tell) => tell(value(relay.stats())));
  now('depth', 'Messages waiting to be published', ({ depth }) => depth);
  now('oldest_age_seconds', 'Age of the oldest message waiting', ({ oldestAgeSeconds }) => oldestAgeSeconds);
  now('stopped_keys', 'Ordering keys held back by a message nobody wanted', ({ stoppedKeys }) => stoppedKeys);
  now('partitions', 'Partitions this replica publishes', ({ partitions }) => partitions);
  total('published', 'Messages published and confirmed', ({ published }) => published);
  total('returned', 'Messages that no queue wanted, each time they were tried', ({ returned }) => returned);
  total('failed', 'Messages the broker did not confirm, each time they were tried', ({ failed }) => failed);
  total('busy_seconds', 'Time spent reading, publishing and deleting', ({ busySeconds }) => busySeconds);
}

/** What the inbox has seen. */
export function measureInbox(registry: Registry, inbox: Pick<Inbox, 'stats'>): void {
  const total = (name: string, help: string, value: () => number) =>
    counter({ registry, name: `firmbridge_inbox_${name}_total`, help }, (tell) => tell(value()));
  total('handled', 'Messages that had their effect', () => inbox.stats().handled);
  total('duplicates', 'Messages that had had their effect before', () => inbox.stats().duplicates);
  total('erased', 'Messages of erased firms, discarded', () => inbox.stats().erased);
}

/** How each queue of the service is consumed. The queues are few and fixed, so they may be labels. */
export function measureQueues(registry: Registry, server: { stats(): QueueStats[] }): void {
  const each = (
    metric: typeof gauge | typeof counter,
    name: string,
    help: string,
    value: (stats: QueueStats) => number,
  ) =>
    metric({ registry, name: `firmbridge_queue_${name}`, help, labelNames: ['queue'] }, (tell) => {
      for (const stats of server.stats()) tell(value(stats), { queue: stats.queue });
    });
  const seconds = (at: Date | null) => (at?.getTime() ?? 0) / 1000;
  each(gauge, 'attached', '1 while this replica consumes the queue', ({ attached }) => Number(attached));
  each(gauge, 'in_flight', 'Messages being handled', ({ inFlight }) => inFlight);
  each(gauge, 'last_delivery_timestamp_seconds', 'When the last message arrived', (s) => seconds(s.lastDeliveryAt));
  each(counter, 'handled_total', 'Messages handled', ({ handled }) => handled);
  each(counter, 'retried_total', 'Messages sent up the retry ladder', ({ retried }) => retried);
  each(counter, 'dead_lettered_total', 'Messages set aside', ({ deadLettered }) => deadLettered);
}
