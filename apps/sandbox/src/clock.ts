/** The sandbox's time: the clock it was given, moved on request so that tokens, codes and webhooks can be aged. */
export class SandboxClock {
  private offsetMs = 0;

  constructor(private readonly source: () => Date) {}

  now(): Date {
    return new Date(this.source().getTime() + this.offsetMs);
  }

  advance(milliseconds: number): void {
    this.offsetMs += milliseconds;
  }

  set(instant: Date): void {
    this.offsetMs = instant.getTime() - this.source().getTime();
  }

  reset(): void {
    this.offsetMs = 0;
  }
}
