import type { ClientConfig } from 'pg';

export interface SessionSettings {
  readonly role?: string;
  readonly searchPath?: string;
  readonly applicationName: string;
  readonly statementTimeoutMs?: number;
  readonly idleInTransactionTimeoutMs?: number;
}

/**
 * How to reach the database with fixed session settings. They travel as start-up options, so every connection of a pool
 * has them from its first statement on; a pooler that drops start-up options is noticed by `Database.connect`.
 */
export function connectionFacts(url: string, session: SessionSettings): ClientConfig {
  const address = new URL(url);
  const given = address.searchParams.get('options');
  address.searchParams.delete('options');
  address.searchParams.delete('schema');
  return {
    connectionString: address.href,
    application_name: session.applicationName,
    options: [given, ...startOptions(session)].filter((option) => option !== null).join(' '),
    keepAlive: true,
  };
}

function startOptions(session: SessionSettings): string[] {
  const settings: Record<string, string | number | undefined> = {
    TimeZone: 'UTC',
    search_path: session.searchPath,
    statement_timeout: session.statementTimeoutMs,
    idle_in_transaction_session_timeout: session.idleInTransactionTimeoutMs,
    role: session.role,
  };
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `-c ${name}=${value}`);
}
