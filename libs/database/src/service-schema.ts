import type { Options } from '@mikro-orm/postgresql';
import type { SchemaNames } from './schema-names.js';

export type EntityDefinition = Exclude<NonNullable<Options['entities']>[number], string>;

/** One forward step. Statements run in order, in one transaction, with the service's schema as search path. */
export interface SchemaMigration {
  readonly name: string;
  readonly up: (names: SchemaNames) => string[];
}

/** Everything a service keeps in PostgreSQL: what it maps and how the tables came to be. */
export interface ServiceSchema {
  readonly service: string;
  readonly entities: readonly EntityDefinition[];
  readonly migrations: readonly SchemaMigration[];
}
