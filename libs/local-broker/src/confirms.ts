import { deferred } from './deferred.js';

/** As amqplib declares it: an error for a refusal, null for a confirm. */
export type ConfirmCallback = (error: Error | null, ok: object) => void;

interface Waiter {
  remaining: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Confirm {
  readonly callback: ConfirmCallback | undefined;
  readonly waiters: Waiter[];
}

/** The publishes of one channel that the broker has not answered yet. */
export class Confirms {
  private readonly open = new Set<Confirm>();
  private closedWithOpen = false;

  constructor(private readonly onCallbackFailure: (error: unknown) => void) {}

  /** Returns how to answer this publish. */
  expect(callback: ConfirmCallback | undefined): (error: Error | null) => void {
    const confirm: Confirm = { callback, waiters: [] };
    this.open.add(confirm);
    return (error) => this.answer(confirm, error);
  }

  /** Resolves once everything published so far is confirmed; rejects at the first refusal, or when the channel closes before. */
  async all(): Promise<void> {
    if (this.closedWithOpen) throw new Error('channel closed');
    if (this.open.size === 0) return;
    const { promise, resolve, reject } = deferred<void>();
    const waiter: Waiter = { remaining: this.open.size, resolve, reject };
    for (const confirm of this.open) confirm.waiters.push(waiter);
    await promise;
  }

  /** The channel is closed: nothing that is still open will be answered. */
  close(): void {
    this.closedWithOpen ||= this.open.size > 0;
    for (const confirm of [...this.open]) this.answer(confirm, new Error('channel closed'));
  }

  private answer(confirm: Confirm, error: Error | null): void {
    if (!this.open.delete(confirm)) return;
    for (const waiter of confirm.waiters) {
      if (error) waiter.reject(error);
      else if (--waiter.remaining === 0) waiter.resolve();
    }
    try {
      confirm.callback?.(error, {});
    } catch (failure) {
      this.onCallbackFailure(failure);
    }
  }
}
