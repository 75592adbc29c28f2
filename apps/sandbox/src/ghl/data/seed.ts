import type { SandboxContext } from '../../context.js';
import { hexadecimal, recordId, uuid } from './ids.js';
import type { StoredLocation } from './records.js';
import { seedContacts } from './seed-contacts.js';
import { seedNotesAndTasks } from './seed-notes-and-tasks.js';
import { seedOpportunities } from './seed-opportunities.js';
import { customValues, firmOf, lostReasons, pipelines, seededFields, seedInstant, staff } from './seed-firm.js';
import type { GhlStore } from './store.js';

export interface SeedSize {
  readonly contacts: number;
  readonly opportunities: number;
}

export function companyIdOf(context: SandboxContext): string {
  return recordId(context.randomFor('ghl', 'company'));
}

/** Fills an empty store with one location: fields, pipelines, users, contacts and opportunities. */
export function seedStore(store: GhlStore, context: SandboxContext, size: SeedSize): void {
  const location = seedLocation(store, context, 0);
  seedContacts(store, context, { location, count: size.contacts });
  seedOpportunities(store, context, { location, count: size.opportunities });
  seedNotesAndTasks(store, context, location);
}

/**
 * An empty sub-account with its definitions: pipelines, custom fields, lost reasons and users. The first belongs to the seed;
 * later ones are `put`, so that they survive a restart.
 */
export function seedLocation(store: GhlStore, context: SandboxContext, index: number): StoredLocation {
  const write = index === 0 ? 'load' : 'put';
  const random = (...keys: (string | number)[]) => context.randomFor('ghl', 'location', index, ...keys);
  const companyId = companyIdOf(context);
  const location = firmOf(index, { id: recordId(random()), companyId });
  store.locations[write](location);
  for (const [at, person] of staff.entries()) {
    const domain = location.email.split('@')[1] ?? 'example.com';
    const email = `${person.firstName}.${person.lastName}@${domain}`.toLowerCase();
    store.users[write]({ ...person, id: recordId(random('user', at)), companyId, email, locationIds: [location.id] });
  }
  for (const [at, field] of seededFields.entries()) {
    store.customFields[write]({
      ...field,
      id: recordId(random('field', at)),
      locationId: location.id,
      position: at * 50,
    });
  }
  for (const [at, { name, value }] of customValues.entries()) {
    const fieldKey = `{{ custom_values.${name.toLowerCase().replaceAll(' ', '_')} }}`;
    const id = recordId(random('custom value', at));
    store.customValues[write]({ id, locationId: location.id, name, fieldKey, value });
  }
  for (const [at, { name, stages }] of pipelines.entries()) {
    store.pipelines[write]({
      id: recordId(random('pipeline', at)),
      locationId: location.id,
      name,
      stages: stages.map((stage, position) => ({ id: uuid(random('stage', at, position)), name: stage, position })),
    });
  }
  for (const [at, name] of lostReasons.entries()) {
    const id = hexadecimal(random('lost reason', at), 24);
    store.lostReasons[write]({ id, locationId: location.id, name, createdAt: seedInstant.toISOString() });
  }
  return location;
}
