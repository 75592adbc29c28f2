import { AppError } from '@firmbridge/contracts';
import type { Database } from '@firmbridge/database';
import { findConnection, type EngineConnection } from '@firmbridge/sync-engine';

/** The connection of a tenant that Clio can be asked by. */
export async function activeConnection(
  database: Database,
  tenantId: string,
  connectionId: string,
): Promise<EngineConnection> {
  const connection = await database.inTenant(tenantId, (tx) => findConnection(tx, connectionId));
  if (!connection) throw new AppError('not_found', 'connection.unknown', 'There is no such connection.');
  if (connection.status === 'active') return connection;
  const message =
    connection.status === 'disconnected'
      ? 'The connection was ended; connect the account again.'
      : 'The account must be connected again first.';
  throw new AppError('conflict', 'connection.not_active', message);
}
