import { Injectable } from '@nestjs/common';

/** Wakes whoever waits for an operation when its end is heard of. Hearing is quick but not certain: they look now and then, too. */
@Injectable()
export class OperationSignals {
  private readonly waiting = new Map<string, Set<() => void>>();

  ended(operationId: string): void {
    for (const wake of this.waiting.get(operationId) ?? []) wake();
  }

  /** Resolves when the end was heard of, after a time at the latest. */
  next(operationId: string, atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wakers = this.waiting.get(operationId) ?? new Set();
      this.waiting.set(operationId, wakers);
      const wake = (): void => {
        clearTimeout(timer);
        wakers.delete(wake);
        if (wakers.size === 0) this.waiting.delete(operationId);
        resolve();
      };
      const timer = setTimeout(wake, atMostMs);
      wakers.add(wake);
    });
  }
}
