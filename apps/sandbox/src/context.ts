import type { Faults } from './faults.js';
import type { Journal } from './journal.js';
import type { Key } from './random.js';

/** What each provider's half of the sandbox is given. */
export interface SandboxContext {
  readonly seed: string;
  /** How many matters the firms have: everything else scales with it. */
  readonly matters: number;
  readonly clock: { now(): Date };
  /** Applied to every request by the server, before and after the provider's router. */
  readonly faults: Faults;
  readonly journal: Journal;
  /** Numbers in [0, 1) that depend on the seed and these keys alone. */
  randomFor(...keys: Key[]): () => number;
  /** `http://127.0.0.1:port` once the server listens; providers live below it at `/clio/<region>` and `/ghl`. */
  publicOrigin(): string;
  /** Called when everything must return to its first state; the journal is already empty then. */
  onReset(listener: () => void): void;
}
