import {
  disconnectConnection,
  listDisconnections,
  type Disconnection,
  type DisconnectionList,
} from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { RemoteValue } from '../../api/remote-value.js';
import { connections } from './connections.js';

export const disconnections = new RemoteValue<DisconnectionList>(() => answerOf(listDisconnections()), 15_000);

export async function disconnect(connectionId: string): Promise<void> {
  await answerOf(disconnectConnection({ path: { connectionId } }));
  disconnections.refreshSoon();
  connections.refreshSoon();
}

/** How far an ending is, for whoever waits for it. */
export function endingWords({ state, missing, revocationReason }: Disconnection): string {
  if (state === 'stopping') return `Its work is being stopped. Waiting for ${missing.join(' and ')}.`;
  if (state === 'revoking') return revocationReason ?? 'Its access is being revoked at the provider.';
  return revocationReason ?? 'It has ended, and its access was revoked.';
}
