import { topology } from '@firmbridge/messaging';
import { RotateKeys } from '@firmbridge/vault';
import { DisconnectConnection } from './application/disconnecting/disconnect-connection.js';
import { EndConnection } from './application/disconnecting/end-connection.js';
import { GetDisconnections } from './application/disconnecting/get-disconnections.js';
import { NoteConnectionStopped } from './application/disconnecting/note-connection-stopped.js';
import { RepeatStopping } from './application/disconnecting/repeat-stopping.js';
import { RevokeTokens } from './application/disconnecting/revoke-tokens.js';
import { AdvanceErasures } from './application/erasing/advance-erasures.js';
import { CloseErasure } from './application/erasing/close-erasure.js';
import { EraseTenant } from './application/erasing/erase-tenant.js';
import { GetErasures } from './application/erasing/get-erasures.js';
import { NoteTenantErased } from './application/erasing/note-tenant-erased.js';
import { RepeatErasing } from './application/erasing/repeat-erasing.js';
import type { RenewTokens } from './application/tokens/renew-tokens.js';
import type { Tools } from './connection-use-cases.js';

/** What takes longer than one transaction, and what ends things. */
export function composeSagaUseCases(tools: Tools & { readonly renewTokens: RenewTokens }) {
  const { config, database, outbox, inbox, vault, clock } = tools;
  const { repeatMs, backupDays } = config.sagas;
  const disconnectConnection = new DisconnectConnection(inbox, outbox, clock);
  const endConnection = new EndConnection(database, outbox, clock);
  const closeErasure = new CloseErasure(database, vault, { streamDays: streamDays(), backupDays }, clock);
  return {
    disconnectConnection,
    noteConnectionStopped: new NoteConnectionStopped(inbox),
    revokeTokens: new RevokeTokens({ ...tools, endConnection }),
    repeatStopping: new RepeatStopping(database, outbox, clock, repeatMs),
    getDisconnections: new GetDisconnections(database),
    eraseTenant: new EraseTenant(inbox, disconnectConnection),
    noteTenantErased: new NoteTenantErased(inbox),
    advanceErasures: new AdvanceErasures(database, outbox, disconnectConnection, closeErasure, clock),
    repeatErasing: new RepeatErasing(database, outbox, clock, repeatMs),
    getErasures: new GetErasures(database),
    rotateKeys: new RotateKeys(vault),
  };
}

/** How long the longest stream keeps what it holds. */
function streamDays(): number {
  const days = topology.streams.map(({ maxAge }) => Number(/^(\d+)D$/.exec(maxAge)?.[1] ?? Number.NaN));
  const longest = Math.max(0, ...days);
  if (Number.isNaN(longest)) throw new Error('A stream of the topology names its age in something else than days.');
  return longest;
}
