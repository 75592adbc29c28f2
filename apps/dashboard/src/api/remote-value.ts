import { useSyncExternalStore } from 'react';
import { refusalOf, type Refusal } from './problem.js';

export interface Remote<Value> {
  /** The last one that came; null until then. */
  readonly value: Value | null;
  /** Why the newest attempt failed; the value before it stays. */
  readonly refusal: Refusal | null;
}

const soonMs = 1_500;

/** Something the gateway knows, kept fresh while a component shows it. */
export class RemoteValue<Value> {
  private current: Remote<Value> = { value: null, refusal: null };
  private readonly listeners = new Set<() => void>();
  private loading: Promise<void> | null = null;
  private poll: number | undefined;
  private soon: number | undefined;

  constructor(
    private readonly load: () => Promise<Value>,
    private readonly pollMs: number,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.stop();
    };
  };

  readonly snapshot = (): Remote<Value> => this.current;

  /** Asked for while an answer is on its way, it waits for that one. */
  refresh(): Promise<void> {
    this.loading ??= this.read().finally(() => (this.loading = null));
    return this.loading;
  }

  /** For events that come many at a time: one request for all of them. */
  refreshSoon(): void {
    if (this.listeners.size === 0) return;
    this.soon ??= window.setTimeout(() => {
      this.soon = undefined;
      void this.refresh();
    }, soonMs);
  }

  private async read(): Promise<void> {
    try {
      this.become({ value: await this.load(), refusal: null });
    } catch (error) {
      this.become({ value: this.current.value, refusal: refusalOf(error) });
    }
  }

  private become(next: Remote<Value>): void {
    this.current = next;
    for (const listener of this.listeners) listener();
  }

  private start(): void {
    void this.refresh();
    this.poll = window.setInterval(() => document.hidden || void this.refresh(), this.pollMs);
  }

  private stop(): void {
    window.clearInterval(this.poll);
    window.clearTimeout(this.soon);
    this.soon = undefined;
  }
}

export function useRemote<Value>(remote: RemoteValue<Value>): Remote<Value> {
  return useSyncExternalStore(remote.subscribe, remote.snapshot);
}
