/** setTimeout cannot wait longer. */
const longestMs = 2 ** 31 - 1;

/** At most one pending call; it does not keep the process alive. */
export class Countdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly onEnd: () => void) {}

  get isRunning(): boolean {
    return this.timer !== undefined;
  }

  start(ms: number): void {
    this.stop();
    this.timer = setTimeout(
      () => {
        this.timer = undefined;
        this.onEnd();
      },
      Math.min(Math.max(ms, 0), longestMs),
    ).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
