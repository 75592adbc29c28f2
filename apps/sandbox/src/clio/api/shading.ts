import { type CollectionName, Ref } from '../data/collection.js';

import type { Plan } from './fields.js';
import type { ApiRequest } from './api-request.js';
import { renderField, renderRecord, type Rendered } from './projection.js';

const hourFields = ['quantity', 'rounded_quantity', 'quantity_in_hours', 'rounded_quantity_in_hours', 'total'];

/** A record as this request may see it: hours hidden or custom fields narrowed, where asked for. */
export function renderFor(request: ApiRequest, place: { name: CollectionName; index: number }, plan: Plan): Rendered {
  const { switches, search, account } = request;
  const rendered = renderRecord(account.firm.store, place, plan);
  if (place.name === 'activities' && switches.activityHoursRedacted) redactHours(rendered);
  const narrowedTo = search.getAll('custom_field_ids[]').map(Number);
  if (narrowedTo.length > 0 || switches.customFieldAssociationEmpty) {
    shadeCustomFields(request, { place, plan, rendered, narrowedTo });
  }
  return rendered;
}

/** Changelog 4.0.8: hours are hidden by a setting of the user, and say so. */
function redactHours(rendered: Rendered): void {
  for (const field of hourFields) if (field in rendered) rendered[field] = null;
  if ('quantity_redacted' in rendered) rendered['quantity_redacted'] = true;
}

interface Shade {
  readonly place: { name: CollectionName; index: number };
  readonly plan: Plan;
  readonly rendered: Rendered;
  readonly narrowedTo: readonly number[];
}

function shadeCustomFields({ account, switches }: ApiRequest, { place, plan, rendered, narrowedTo }: Shade): void {
  const field = plan.find(({ name }) => name === 'custom_field_values');
  const rows = account.firm.store.value(place.name, place.index, 'custom_field_values');
  if (!field || !Array.isArray(rows)) return;
  const { store } = account.firm;
  const isWanted = ({ custom_field: of }: { custom_field: unknown }) =>
    narrowedTo.length === 0 || (of instanceof Ref && narrowedTo.includes(store.idOf('custom_fields', of.index)));
  const shown = renderField(store, field, rows.filter(isWanted)) as Rendered[];
  rendered[field.name] = switches.customFieldAssociationEmpty ? shown.map(withoutDefinition) : shown;
}

function withoutDefinition(row: Rendered): Rendered {
  return 'custom_field' in row ? { ...row, custom_field: null } : row;
}
