import { getFreshness, listConnections, type Freshness } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';

export interface AccountFreshness {
  readonly connectionId: string;
  readonly accountName: string;
  readonly resources: readonly Freshness[];
}

/** Of every Clio account that is read. */
export const freshness = new RemoteValue<AccountFreshness[]>(async () => {
  const { connections } = await answerOf(listConnections());
  const read = connections.filter(({ provider, status }) => provider === 'clio' && status !== 'disconnected');
  return Promise.all(
    read.map(async ({ connectionId, accountName }) => {
      const { resources } = await answerOf(getFreshness({ path: { connectionId } }));
      return { connectionId, accountName, resources };
    }),
  );
}, 20_000);
