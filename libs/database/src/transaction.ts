import { AppError, messageOf } from '@firmbridge/contracts';
import type { EntityManager } from '@mikro-orm/postgresql';
import { CompiledQuery, type ControlledTransaction } from 'kysely';

/** One open transaction. It is of no use after the function it was given to has returned. */
export interface Tx {
  readonly em: EntityManager;
  /**
   * Runs SQL with real parameters (`$1`). Arrays become PostgreSQL arrays and plain objects JSON; a JSON array must be
   * given as text. `bigint` and timestamps come back as text. Pending changes of `em` are not flushed first. Errors are
   * those of the driver, see `sqlState`.
   */
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Runs when the transaction is committed, never when it is rolled back. Must not throw: the change is already made. */
  afterCommit(work: () => void): void;
}

export class OpenTransaction implements Tx {
  constructor(
    readonly em: EntityManager,
    private readonly afterwards: (() => void)[],
  ) {}

  async query<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    const transaction = this.em.getTransactionContext<ControlledTransaction<unknown>>();
    if (!transaction) throw new AppError('internal', 'database.no_transaction', 'The transaction is over.');
    const result = await transaction.executeQuery<Row>(CompiledQuery.raw(sql, [...params]));
    return result.rows;
  }

  afterCommit(work: () => void): void {
    this.afterwards.push(work);
  }
}

/** Runs what waited for the commit. A failure is reported and stops nothing: the transaction can no longer fail. */
export function runAfterwards(afterwards: readonly (() => void)[]): void {
  for (const work of afterwards) {
    try {
      work();
    } catch (error) {
      process.emitWarning(messageOf(error), 'AfterCommitWarning');
    }
  }
}
