import type { Downtime } from '../../servers/rabbitmq-node.js';

/** From when a consumer got nothing any more until its next delivery. */
export interface Gap {
  readonly lostAt: number;
  readonly againAt: number;
}

export interface Recovery {
  /** The broker was away; otherwise only the connection was closed. */
  readonly afterRestart: boolean;
  readonly seconds: number;
}

/** Collects what consumers tell of lost and regained deliveries. */
export class Recoveries {
  private readonly open = new Map<string, number>();
  private readonly gaps: Gap[] = [];

  lost(consumer: string, at: number): void {
    if (!this.open.has(consumer)) this.open.set(consumer, at);
  }

  consuming(consumer: string, at: number): void {
    const lostAt = this.open.get(consumer);
    if (lostAt === undefined) return;
    this.open.delete(consumer);
    this.gaps.push({ lostAt, againAt: at });
  }

  /** It is not there any more, and its place is taken by another. */
  gone(consumer: string): void {
    this.open.delete(consumer);
  }

  /** Consumers that have not come back. */
  get waiting(): readonly string[] {
    return [...this.open.keys()];
  }

  /** One figure for each gap. A consumer cannot come back before its broker does, so it counts from then. */
  seconds(downtimes: readonly Downtime[]): Recovery[] {
    return this.gaps.map(({ lostAt, againAt }) => {
      const back = downtimes.filter(({ downAt, upAt }) => downAt < againAt && upAt > lostAt).map(({ upAt }) => upAt);
      const from = Math.min(againAt, Math.max(lostAt, ...back));
      return { afterRestart: back.length > 0, seconds: (againAt - from) / 1_000 };
    });
  }
}
