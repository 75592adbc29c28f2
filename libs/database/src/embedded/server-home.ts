import path from 'node:path';
import { type ServerAccount, serverAccount } from './server-account.js';

/** The folder of one embedded server: its cluster, its log, its settings and, where needed, its binaries. */
export interface ServerHome {
  readonly folder: string;
  readonly cluster: string;
  readonly log: string;
  readonly account: ServerAccount | null;
}

export function homeIn(folder: string): ServerHome {
  const cluster = path.join(folder, 'cluster');
  return { folder, cluster, log: path.join(folder, 'server.log'), account: serverAccount(cluster) };
}
