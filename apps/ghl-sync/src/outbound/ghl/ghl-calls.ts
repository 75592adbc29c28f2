import type { GhlRequest } from '@firmbridge/ghl-api';
import type { Lane } from '@firmbridge/contracts';
import type { ProviderClient } from '@firmbridge/provider-client';
import {
  budgetKeyOf,
  policyOf,
  type AccessTokens,
  type BudgetRules,
  type EngineConnection,
} from '@firmbridge/sync-engine';

export interface CallCircumstances {
  readonly connection: EngineConnection;
  readonly lane: Lane;
  readonly correlationId: string;
  readonly signal: AbortSignal;
  readonly longestBudgetWaitMs?: number;
  readonly patienceMs?: number;
}

/** The one way in which this service calls GHL: with the connection's token, within its budget. */
export class GhlCalls {
  constructor(
    private readonly client: Pick<ProviderClient, 'call'>,
    private readonly tokens: Pick<AccessTokens, 'for'>,
    readonly budget: BudgetRules,
  ) {}

  async call(request: GhlRequest, circumstances: CallCircumstances): Promise<unknown> {
    const { connection, lane, correlationId, signal, longestBudgetWaitMs, patienceMs } = circumstances;
    const { tenantId, connectionId, provider } = connection;
    const { body } = await this.client.call(
      {
        ...connection,
        budgetKey: budgetKeyOf(provider, connectionId),
        policy: policyOf(connection.budget, this.budget),
      },
      this.tokens.for(tenantId, connectionId, correlationId),
      {
        operation: `ghl.${request.operation}`,
        method: request.method,
        pathOrUrl: request.path,
        query: request.query,
        headers: request.headers,
        ...(request.body !== undefined && { body: request.body }),
        idempotent: request.idempotent,
        lane,
        correlationId,
        signal,
        ...(longestBudgetWaitMs !== undefined && { longestBudgetWaitMs }),
        ...(patienceMs !== undefined && { patienceMs }),
      },
    );
    return body;
  }
}
