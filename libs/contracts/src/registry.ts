import { entityEventContracts } from './entities/index.js';
import type { MessageContract } from './message.js';
import * as audit from './messages/audit.js';
import * as auth from './messages/auth.js';
import * as mapping from './messages/mapping.js';
import * as sync from './messages/sync.js';

/** Every message of the platform by its CloudEvents type. A type that is not here is unknown and goes to the dead letters. */
export const contractsByType: ReadonlyMap<string, MessageContract> = new Map(
  [
    ...entityEventContracts,
    auth.connectionEstablished,
    auth.connectionReauthorizationRequired,
    auth.connectionDisconnected,
    auth.pairingCreated,
    auth.createPairing,
    auth.getAccessToken,
    auth.beginAuthorization,
    auth.addPrivateToken,
    auth.listConnections,
    sync.runProgressed,
    ...Object.values(sync.clioSyncMessages),
    sync.upsertGhlContact,
    sync.writeFinished,
    sync.providerCallAttempted,
    sync.problemRaised,
    mapping.normalizeRecords,
    mapping.recordsApplied,
    mapping.searchEntities,
    mapping.countEntities,
    audit.searchTransactions,
    audit.searchProblems,
  ].map((contract) => [contract.type, contract as MessageContract]),
);
