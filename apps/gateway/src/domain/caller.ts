import type { Actor } from '@firmbridge/contracts';

/** For whom a request is made; goes into every message it causes. */
export interface Caller {
  readonly tenantId: string;
  readonly actor: Actor;
  readonly correlationId: string;
  /** The trace of whoever called, else one that begins here. */
  readonly traceparent: string;
}

export type Conversation = Pick<Caller, 'correlationId' | 'traceparent'>;
