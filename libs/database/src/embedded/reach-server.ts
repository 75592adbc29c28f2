import { messageOf } from '@firmbridge/contracts';
import pg from 'pg';
import { sqlState } from '../sql-state.js';

export interface ServerAddress {
  readonly port: number;
  readonly password: string;
  readonly cluster: string;
}

export function serverUrl({ port, password }: Pick<ServerAddress, 'port' | 'password'>): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
}

/** Whether our server answers there: yes, not (yet), or somebody else does. */
export async function reachServer(address: ServerAddress): Promise<'ready' | 'not yet' | 'another'> {
  const client = new pg.Client({ connectionString: serverUrl(address), connectionTimeoutMillis: 2000 });
  client.on('error', (error) => process.emitWarning(messageOf(error), 'EmbeddedPostgresWarning'));
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory === address.cluster ? 'ready' : 'another';
  } catch (error) {
    return sqlState(error) === '28P01' ? 'another' : 'not yet';
  } finally {
    await client.end();
  }
}
