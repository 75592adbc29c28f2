export interface ReceivedRequest {
  readonly at: string;
  readonly provider: 'clio' | 'ghl';
  readonly method: string;
  /** Behind the provider's origin, without the query. */
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly durationMs: number;
}

const kept = 5000;

/** What was asked of the sandbox: the last requests in full, all of them counted by method and kind of path. */
export class RequestLog {
  private ring: ReceivedRequest[] = [];
  private next = 0;
  private readonly countByPath = new Map<string, number>();

  record(request: ReceivedRequest): void {
    this.ring[this.next] = request;
    this.next = (this.next + 1) % kept;
    const key = `${request.provider} ${request.method} ${request.path.replace(/\/\d+/g, '/{id}')}`;
    this.countByPath.set(key, (this.countByPath.get(key) ?? 0) + 1);
  }

  /** Oldest first. */
  recent(): ReceivedRequest[] {
    return this.ring.length < kept ? [...this.ring] : [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)];
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.countByPath].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  clear(): void {
    this.ring = [];
    this.next = 0;
    this.countByPath.clear();
  }
}
