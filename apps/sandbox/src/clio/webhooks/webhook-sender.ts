export interface SentAnswer {
  readonly status: number;
  readonly header: (name: string) => string | null;
}

/** Posts to callbacks; everything under way ends when it is closed. */
export class WebhookSender {
  private readonly closing = new AbortController();

  constructor(private readonly timeoutMs: number) {}

  /** Null when no answer came: refused, too slow, or the sandbox is stopping. */
  async post(url: string, headers: Record<string, string>, body: string): Promise<SentAnswer | null> {
    const signal = AbortSignal.any([this.closing.signal, AbortSignal.timeout(this.timeoutMs)]);
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body,
        signal,
        redirect: 'manual',
      });
      await answer.arrayBuffer();
      return { status: answer.status, header: (name) => answer.headers.get(name) };
    } catch {
      return null;
    }
  }

  /** False when the sandbox stopped meanwhile. */
  wait(ms: number): Promise<boolean> {
    if (ms <= 0 || this.closing.signal.aborted) return Promise.resolve(!this.closing.signal.aborted);
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(true), ms);
      const done = (isRunning: boolean): void => {
        clearTimeout(timer);
        this.closing.signal.removeEventListener('abort', stop);
        resolve(isRunning);
      };
      const stop = (): void => done(false);
      this.closing.signal.addEventListener('abort', stop);
    });
  }

  close(): void {
    this.closing.abort();
  }
}
