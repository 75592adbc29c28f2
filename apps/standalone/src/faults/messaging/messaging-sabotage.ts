import type pg from 'pg';

/** Each breaks one guarantee of the messages on purpose. */
export const ledgerSabotages = ['ack-before-commit', 'no-inbox', 'no-version-check'] as const;
export const relaySabotages = ['cursor-by-id', 'skip-locked-relays', 'no-mandatory'] as const;
export const registrySabotages = ['no-row-lock'] as const;
export const messagingSabotages = [...ledgerSabotages, ...relaySabotages, ...registrySabotages] as const;

export type LedgerSabotage = (typeof ledgerSabotages)[number];
export type RelaySabotage = (typeof relaySabotages)[number];
export type RegistrySabotage = (typeof registrySabotages)[number];
export type MessagingSabotage = (typeof messagingSabotages)[number];

/** What the sabotaged processes need in the database. */
export async function prepareSabotage(sabotage: MessagingSabotage, db: pg.Pool): Promise<void> {
  if (sabotage === 'no-row-lock') await rowsTakeGivenIds(db);
  if (sabotage === 'cursor-by-id') await keepCursor(db);
  // Locking rows needs a right that nobody else has a use for.
  if (sabotage === 'skip-locked-relays') await db.query('grant update on registry.outbox_message to public');
}

/** A transaction takes its outbox ids first and leaves them in a setting; the rows it writes later get them. */
async function rowsTakeGivenIds(db: pg.Pool): Promise<void> {
  await db.query(`create function public.take_given_id() returns trigger language plpgsql as $$
    declare ids text[] := string_to_array(current_setting('sabotage.outbox_ids'), ',');
    begin
      new.id := ids[1]::bigint;
      perform set_config('sabotage.outbox_ids', array_to_string(ids[2:], ','), true);
      return new;
    end $$`);
  await db.query(`create trigger take_given_id before insert on registry.outbox_message
    for each row execute function public.take_given_id()`);
}

/** Runs in the transaction before the row is locked. */
export const takeOutboxIds = `select set_config('sabotage.outbox_ids', (
  select string_agg(nextval(pg_get_serial_sequence('registry.outbox_message', 'id'))::text, ',') from generate_series(1, $1::int)), true)`;

async function keepCursor(db: pg.Pool): Promise<void> {
  await db.query('create table public.relay_cursor (last bigint not null)');
  await db.query('insert into public.relay_cursor values (0)');
  await db.query('grant select, update on public.relay_cursor to public');
}
