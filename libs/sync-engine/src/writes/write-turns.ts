import type { Lane } from '@firmbridge/contracts';
import { rankOf } from '../lanes.js';
import type { ClaimedWrite } from './write-task.js';

/** Whose write this process takes next, as far as it knows. */
export interface Turns {
  /** The firms of the writes under way, each as often as it has one. */
  readonly busy: readonly string[];
  /** How many writes of one firm are under way at most. */
  readonly mostOfOne: number;
  /** The firms served lately, the last one last. */
  readonly served: readonly string[];
  /** Lanes of connections whose budget is spent, as `connectionId/rank`. */
  readonly resting: readonly string[];
}

const mostRemembered = 1_000;

/** Keeps turns among firms: none fills all strands of a worker, and who waits for budget leaves the strand to others. */
export class WriteTurns {
  private readonly busy: string[] = [];
  private readonly served = new Set<string>();
  private readonly restsUntil = new Map<string, number>();

  constructor(
    private readonly strands: number,
    private readonly clock: () => Date,
  ) {}

  get now(): Turns {
    const at = this.clock().getTime();
    for (const [key, until] of this.restsUntil) if (until <= at) this.restsUntil.delete(key);
    const mostOfOne = Math.max(1, this.strands - 1);
    return { busy: this.busy, mostOfOne, served: [...this.served], resting: [...this.restsUntil.keys()] };
  }

  begin({ connection: { tenantId } }: ClaimedWrite): void {
    this.busy.push(tenantId);
    this.served.delete(tenantId);
    this.served.add(tenantId);
    const [first] = this.served;
    if (first !== undefined && this.served.size > mostRemembered) this.served.delete(first);
  }

  end({ connection: { tenantId } }: ClaimedWrite): void {
    this.busy.splice(this.busy.indexOf(tenantId), 1);
  }

  rest({ connection: { connectionId }, lane }: ClaimedWrite, waitMs: number): void {
    if (this.restsUntil.size < mostRemembered)
      this.restsUntil.set(keyOf(connectionId, lane), this.clock().getTime() + waitMs);
  }
}

function keyOf(connectionId: string, lane: Lane): string {
  return `${connectionId}/${rankOf(lane)}`;
}
