import { defineEntity, p } from '@mikro-orm/core';
import { randomUUID } from 'node:crypto';
import { type ServiceSchema, tenantTable } from '../src/index.js';

const NoteSchema = defineEntity({
  name: 'Note',
  tableName: 'note',
  properties: {
    tenantId: p.uuid().primary(),
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    text: p.string(),
    labels: p.json().$type<string[]>().default('[]'),
    size: p.bigint().defaultRaw('0'),
    writtenAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ properties: ['tenantId', 'writtenAt'] }],
  uniques: [{ properties: ['tenantId', 'text'] }],
});

export class Note extends NoteSchema.class {}
NoteSchema.setClass(Note);

export const createNote = [
  `create table note (
     tenant_id uuid not null,
     id uuid not null,
     text varchar(255) not null,
     labels jsonb not null default '[]',
     size bigint not null default 0,
     written_at timestamptz not null default now(),
     primary key (tenant_id, id)
   )`,
  'create index note_tenant_id_written_at_index on note (tenant_id, written_at)',
  'alter table note add constraint note_tenant_id_text_unique unique (tenant_id, text)',
];

/** A service with one table, as every service of ours has them. */
export function notesOf(service: string): ServiceSchema {
  return {
    service,
    entities: [Note],
    migrations: [{ name: '20260115-note', up: (names) => [...createNote, ...tenantTable(names, 'note')] }],
  };
}
