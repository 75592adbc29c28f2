import type { Destination } from './destination.js';
import type { QueuedMessage } from './message.js';

export interface Delivery {
  readonly message: QueuedMessage;
  readonly queue: Destination;
  /** Called once it is answered, so that its consumer has room again. */
  readonly answered: () => void;
}

/** The unacknowledged deliveries of one channel, by delivery tag. */
export class Deliveries {
  private readonly open = new Map<number, Delivery>();
  private lastTag = 0;

  nextTag(): number {
    return ++this.lastTag;
  }

  add(tag: number, delivery: Delivery): void {
    this.open.set(tag, delivery);
  }

  /** Takes out the delivery of a tag, or all up to it (0 is all there are). undefined: there is no such tag. */
  take(tag: number, allUpTo: boolean): Delivery[] | undefined {
    if (allUpTo && tag === 0) return this.takeAll();
    if (!this.open.has(tag)) return undefined;
    const tags = allUpTo ? [...this.open.keys()].filter((other) => other <= tag) : [tag];
    return tags.map((each) => this.remove(each)).filter((delivery) => delivery !== undefined);
  }

  takeAll(): Delivery[] {
    return [...this.open.keys()].map((tag) => this.remove(tag)).filter((delivery) => delivery !== undefined);
  }

  private remove(tag: number): Delivery | undefined {
    const delivery = this.open.get(tag);
    this.open.delete(tag);
    delivery?.answered();
    return delivery;
  }
}
