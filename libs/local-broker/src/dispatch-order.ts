import type { Consumer } from './destination.js';
import { accessRefused } from './protocol-refusal.js';

/** Whose turn it is: round robin over the consumers that have room, or always the oldest one. */
export class DispatchOrder {
  private consumers: Consumer[] = [];
  private turn = 0;

  constructor(
    private readonly queue: string,
    private readonly isSingleActive: boolean,
  ) {}

  get count(): number {
    return this.consumers.length;
  }

  get all(): readonly Consumer[] {
    return this.consumers;
  }

  add(consumer: Consumer): void {
    const isTaken = this.consumers.some((other) => other.isExclusive) || (consumer.isExclusive && this.count > 0);
    if (isTaken) throw accessRefused(`queue '${this.queue}' in vhost '/' in exclusive use`);
    this.consumers.push(consumer);
  }

  /** False when it was not there. */
  remove(consumer: Consumer): boolean {
    const before = this.count;
    this.consumers = this.consumers.filter((other) => other !== consumer);
    return this.count < before;
  }

  next(): Consumer | undefined {
    const candidates = this.isSingleActive ? this.consumers.slice(0, 1) : this.consumers;
    for (let step = 0; step < candidates.length; step++) {
      const index = (this.turn + step) % candidates.length;
      const consumer = candidates[index];
      if (!consumer?.hasRoom()) continue;
      this.turn = index + 1;
      return consumer;
    }
    return undefined;
  }
}
