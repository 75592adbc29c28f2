const windowMs = 60_000;
/** More addresses than this are not told apart any more: the oldest is forgotten. */
const mostAddresses = 10_000;

/** Counts attempts by address: so many within a minute, and no more until it is over. */
export class AttemptLimit {
  private readonly windows = new Map<string, { readonly endsAt: number; count: number }>();

  constructor(
    private readonly perMinute: number,
    private readonly now: () => number,
  ) {}

  /** Counts one; how long to wait in milliseconds when it is one too many, else 0. */
  take(address: string): number {
    const now = this.now();
    const known = this.windows.get(address);
    if (known !== undefined && known.endsAt > now) {
      known.count += 1;
      return known.count > this.perMinute ? known.endsAt - now : 0;
    }
    this.windows.delete(address);
    this.windows.set(address, { endsAt: now + windowMs, count: 1 });
    const [oldest] = this.windows.keys();
    if (this.windows.size > mostAddresses && oldest !== undefined) this.windows.delete(oldest);
    return 0;
  }
}
