import pg from 'pg';

/** Questions to a database that comes and goes: the connection is made again when it was lost. */
export class DatabaseProbe {
  private client: { readonly url: string; readonly connection: pg.Client } | null = null;

  /** null while nobody answers at that address. */
  async ask<Row extends pg.QueryResultRow>(url: string | null, sql: string): Promise<Row[] | null> {
    if (url === null) return null;
    try {
      const connection = await this.connectionTo(url);
      return (await connection.query<Row>(sql)).rows;
    } catch (error) {
      await this.close();
      if (isAway(error)) return null;
      throw error;
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = null;
    // A connection that was cut off cannot say goodbye.
    await client?.connection.end().catch(() => undefined);
  }

  private async connectionTo(url: string): Promise<pg.Client> {
    if (this.client?.url === url) return this.client.connection;
    await this.close();
    const connection = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    connection.on('error', () => void this.close());
    await connection.connect();
    this.client = { url, connection };
    return connection;
  }
}

/** A server that starts, stops or is gone; anything else is an error of the question. */
function isAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return !/^(42|22|23)/.test(code);
}
