import { tenantTable, type SchemaNames } from '@firmbridge/database';

export interface Migration {
  readonly name: string;
  readonly up: (names: SchemaNames) => string[];
}

export function table(names: SchemaNames, name: string, columns: string): string[] {
  return [`create table ${names.schema}.${name} (${columns})`, ...tenantTable(names, name)];
}
