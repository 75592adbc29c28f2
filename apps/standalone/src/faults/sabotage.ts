import type pg from 'pg';

/** Ways to break one guarantee from outside, so that it shows whether the checks would notice. */
export const sabotages = ['lost-outbox', 'rewound-version', 'lost-checkpoint'] as const;
export type Sabotage = (typeof sabotages)[number];

interface Trigger {
  readonly table: string;
  readonly event: 'insert' | 'update';
  readonly body: string;
}

const triggers: Record<Sabotage, Trigger> = {
  // One entity event of fifty is never published.
  'lost-outbox': {
    table: 'mapping.outbox_message',
    event: 'insert',
    body: `if new.type like 'firmbridge.entity.%' and hashtext(new.message_id::text) % 50 = 0 then return null; end if; return new;`,
  },
  // The next change of the entity gets the version that the last one had.
  'rewound-version': {
    table: 'mapping.entity',
    event: 'update',
    body: `new.version := old.version; return new;`,
  },
  // Every third page is fetched again.
  'lost-checkpoint': {
    table: 'clio_sync.run_resource',
    event: 'update',
    body: `if new.pages > old.pages and new.pages % 3 = 0 and new.cursor is not null then new.cursor := old.cursor; end if; return new;`,
  },
};

export async function commit(sabotage: Sabotage, db: pg.Client): Promise<void> {
  const { table, event, body } = triggers[sabotage];
  await db.query(`create function public.sabotage() returns trigger language plpgsql as $$ begin ${body} end $$`);
  await db.query(`create trigger sabotage before ${event} on ${table} for each row execute function public.sabotage()`);
}
