/** Frames that may lie on the wire before consumers are handed no more. */
const fullAt = 1_000;

/**
 * The way from the broker to a client: frames arrive in the order they were sent, and never inside the call that caused them.
 * What a frame throws (a listener's error, an `error` event nobody listens to) goes to `onFailure` and not into the broker.
 */
export class Wire {
  private frames: (() => void)[] = [];
  private isScheduled = false;

  constructor(
    private readonly onFailure: (error: unknown) => void,
    private readonly onRoom: () => void,
  ) {}

  get isFull(): boolean {
    return this.frames.length >= fullAt;
  }

  send(frame: () => void): void {
    this.frames.push(frame);
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.deliver());
  }

  private deliver(): void {
    const frames = this.frames;
    this.frames = [];
    this.isScheduled = false;
    for (const frame of frames) {
      try {
        frame();
      } catch (error) {
        this.onFailure(error);
      }
    }
    if (frames.length >= fullAt) this.onRoom();
  }
}
