import { randomUUID } from 'node:crypto';
import { ProviderClient } from '@firmbridge/provider-client';
import { MemoryBudgetStore, RateLimiter } from '@firmbridge/rate-limit';
import { createSandbox, type Sandbox } from '@firmbridge/sandbox';
import type { ClaimedWrite } from '@firmbridge/sync-engine';
import { GhlCalls } from '../src/outbound/ghl/ghl-calls.js';
import { ghlDialect } from '../src/outbound/ghl/ghl.dialect.js';

const clock = () => new Date();

/** Calls as ghl-sync makes them, to a location of the sandbox. */
export class GhlCallsHarness {
  private constructor(
    readonly sandbox: Sandbox,
    readonly calls: GhlCalls,
    private readonly client: ProviderClient,
  ) {}

  static async start(): Promise<GhlCallsHarness> {
    const sandbox = await createSandbox({ matters: 5, ghl: { switches: { indexDelayMs: 0 } } });
    const client = new ProviderClient({
      dialects: [ghlDialect],
      limiter: new RateLimiter({ store: new MemoryBudgetStore(clock), clock, random: Math.random }),
      recorder: { record: () => Promise.resolve() },
      clock,
      random: Math.random,
    });
    const accessToken = sandbox.control.ghl.facts().locations[0]?.privateToken ?? '';
    const tokens = { for: () => ({ get: () => Promise.resolve({ accessToken, generation: 1 }) }) };
    return new GhlCallsHarness(sandbox, new GhlCalls(client, tokens, []), client);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.sandbox.stop();
  }

  get locationId(): string {
    return this.sandbox.control.ghl.facts().locations[0]?.id ?? '';
  }

  contacts(): Record<string, unknown>[] {
    return this.sandbox.control.ghl.contacts(this.locationId);
  }

  opportunities(): Record<string, unknown>[] {
    return this.sandbox.control.ghl.opportunities(this.locationId);
  }

  aWrite(
    recordId: string | null,
    payload: object,
    { mayHaveHappened = false, knownRecord = null }: Partial<ClaimedWrite> = {},
  ): ClaimedWrite {
    const connection = {
      ...{ tenantId: randomUUID(), connectionId: randomUUID(), provider: 'ghl', region: 'global' },
      ...{ accountId: this.locationId, accountName: 'A firm', apiOrigin: `${this.sandbox.url}/ghl` },
      ...{ status: 'active', budget: null },
    };
    const call = { connection, lane: 'incremental', correlationId: randomUUID(), recordId };
    return { ...call, mayHaveHappened, knownRecord, payload } as unknown as ClaimedWrite;
  }
}
