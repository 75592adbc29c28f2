const lookEveryMs = 250;

/** What this process holds in memory (resident), looked at while something runs. */
export class MemoryWatch {
  private readonly megabytes: number[] = [];
  private readonly timer = setInterval(() => this.look(), lookEveryMs);

  /** All looks, in their order. */
  stop(): readonly number[] {
    clearInterval(this.timer);
    this.look();
    return this.megabytes;
  }

  private look(): void {
    this.megabytes.push(process.memoryUsage.rss() / 1024 ** 2);
  }
}
