import { type CollectionName, Ref } from '../data/collection.js';
import { collections } from '../data/collections.js';
import type { FirmStore } from '../data/store.js';
import { associationOf, valuesOf } from '../data/shapes.js';
import { customFieldFilter, type Predicate } from './custom-field-filter.js';
import { invalidArgument, notImitated } from './refusal.js';

type Read = (index: number, field: string) => unknown;
type Rule = (values: readonly string[], read: Read) => Predicate;

const text = (value: unknown): string => String(value ?? '').toLowerCase();

/** Keeps records whose field is one of a comma list, whatever the case (clio-api section 3.3). */
const oneOf =
  (field: string): Rule =>
  ([list = ''], read) => {
    const wanted = new Set(list.split(',').map(text));
    return (index) => wanted.has(text(read(index, field)));
  };

const when =
  (keep: (index: number, read: Read) => boolean): Rule =>
  ([value], read) =>
  (index) =>
    keep(index, read) === (value !== 'false');

const compare = {
  '>=': (left: string, right: string) => left >= right,
  '<=': (left: string, right: string) => left <= right,
  '>': (left: string, right: string) => left > right,
  '<': (left: string, right: string) => left < right,
  '=': (left: string, right: string) => left === right,
};
type Operator = keyof typeof compare;

/** `>=2020-01-01`: the operator is part of the value (clio-api section 3.3). */
const dateConditions =
  (field: string): Rule =>
  (values, read) => {
    const conditions = values.map((value) => {
      const [, operator = '=', date = ''] = /^(>=|<=|>|<|=)?(\d{4}-\d{2}-\d{2})$/.exec(value) ?? [];
      if (date === '') throw invalidArgument(`${field} must be a date with an operator`);
      return (actual: string) => compare[operator as Operator](actual, date);
    });
    return (index) => {
      const actual = read(index, field);
      return typeof actual === 'string' && conditions.every((condition) => condition(actual));
    };
  };

const dateBound =
  (field: string, operator: Operator): Rule =>
  ([bound = ''], read) =>
  (index) => {
    const actual = read(index, field);
    return typeof actual === 'string' && compare[operator](actual.slice(0, 10), bound.slice(0, 10));
  };

const activityStatus: Readonly<Record<string, (index: number, read: Read) => boolean>> = {
  billed: (index, read) => read(index, 'billed') === true,
  draft: (index, read) => read(index, 'on_bill') === true && read(index, 'billed') !== true,
  unbilled: (index, read) => read(index, 'on_bill') !== true,
  billable: (index, read) => read(index, 'non_billable') !== true,
  non_billable: (index, read) => read(index, 'non_billable') === true,
  written_off: () => false,
};

const searchedFields: Readonly<Partial<Record<CollectionName, readonly string[]>>> = {
  contacts: ['name', 'primary_email_address', 'secondary_email_address', 'primary_phone_number', 'title'],
  matters: ['display_number', 'description', 'client_reference'],
  activities: ['note', 'reference'],
  bills: ['number', 'subject', 'memo'],
  bill_line_items: ['description', 'note'],
  expense_categories: ['name'],
  groups: ['name'],
  custom_fields: ['name'],
};

const isOverdue = (index: number, read: Read) => read(index, 'state') === 'awaiting_payment';

const rules: Readonly<Partial<Record<CollectionName, Readonly<Record<string, Rule>>>>> = {
  activities: {
    status: ([status = ''], read) => {
      const keep = activityStatus[status];
      if (!keep) throw invalidArgument(`${status} is not a valid status`);
      return (index) => keep(index, read);
    },
    start_date: dateBound('date', '>='),
    end_date: dateBound('date', '<='),
    only_unaccounted_for: when((index, read) => read(index, 'on_bill') !== true),
  },
  allocations: {
    status:
      ([status], read) =>
      (index) =>
        (read(index, 'voided_at') === null) === (status === 'valid'),
    parent_type:
      ([type], read) =>
      (index) =>
        (read(index, 'parent') as { type?: string } | null)?.type === type,
    parent_id:
      ([id], read) =>
      (index) =>
        String((read(index, 'parent') as { id?: number } | null)?.id) === id,
  },
  bank_accounts: {
    type:
      ([type = ''], read) =>
      (index) =>
        `${String(read(index, 'type'))}Account` === type,
    status:
      ([status]) =>
      () =>
        status !== 'closed',
    show_empty_accounts: () => () => true,
  },
  bills: {
    bill_number:
      ([number], read) =>
      (index) =>
        read(index, 'number') === number,
    status:
      ([status], read) =>
      (index) =>
        status !== 'overdue' || isOverdue(index, read),
    overdue_only: when(isOverdue),
    due_at: dateBound('due_at', '='),
    due_after: dateBound('due_at', '>='),
    due_before: dateBound('due_at', '<='),
    issued_after: dateBound('issued_at', '>='),
    issued_before: dateBound('issued_at', '<='),
    last_sent_start_date: dateBound('last_sent_at', '>='),
    last_sent_end_date: dateBound('last_sent_at', '<='),
  },
  contacts: {
    client_only: when((index, read) => read(index, 'is_client') === true),
    email_only: when((index, read) => read(index, 'primary_email_address') !== null),
    initial:
      ([initial], read) =>
      (index) =>
        text(read(index, 'name')).startsWith(text(initial)),
  },
  groups: { archived: when(() => false) },
  matters: {
    open_date: dateConditions('open_date'),
    pending_date: dateConditions('pending_date'),
    close_date: dateConditions('close_date'),
  },
  users: {
    role:
      ([role], read) =>
      (index) =>
        (read(index, 'roles') as string[]).includes(role ?? ''),
    include_co_counsel: () => () => true,
    pending_setup: when(() => false),
  },
};

/** The condition that a documented parameter stands for. */
export function filterOf(store: FirmStore, name: CollectionName, [parameter, values]: [string, string[]]): Predicate {
  const read: Read = (index, field) => store.value(name, index, field);
  const plain = parameter.replace(/\[\]$/, '');
  const custom = /^custom_field_values\[(\d+)\]$/.exec(parameter)?.[1];
  if (custom !== undefined) return customFieldFilter({ store, name, fieldId: Number(custom), values });
  const rule = rules[name]?.[plain] ?? (plain === 'query' ? queryRule(name) : genericRule(store, name, plain));
  if (!rule) throw notImitated(`the filter ${parameter} of ${name}`);
  return rule(values, read);
}

function queryRule(name: CollectionName): Rule | null {
  const fields = searchedFields[name];
  if (!fields) return null;
  return ([query = ''], read) =>
    (index) =>
      fields.some((field) => text(read(index, field)).includes(text(query)));
}

/** `matter_id`, `client_id` ... compare an association, `type`, `state`, `name` ... a value. */
function genericRule(store: FirmStore, name: CollectionName, parameter: string): Rule | null {
  const { shape } = collections[name];
  if (valuesOf(shape)?.has(parameter)) return oneOf(parameter);
  const stem = /^(?<stem>.+)_id$/.exec(parameter)?.groups?.['stem'];
  if (stem === undefined) return null;
  const field = [stem, `${stem}s`].find((candidate) => associationOf(shape, candidate));
  if (field === undefined) return null;
  return ([id = ''], read) => {
    if (id !== 'null' && !/^\d+$/.test(id)) throw invalidArgument(`${parameter} must be an id`);
    return (index) => {
      const ids = idsOf(store, read(index, field));
      return id === 'null' ? ids.length === 0 : ids.includes(Number(id));
    };
  };
}

function idsOf(store: FirmStore, value: unknown): number[] {
  const all = Array.isArray(value) ? value : [value];
  return all.flatMap((one) => (one instanceof Ref ? [store.idOf(one.collection, one.index)] : []));
}
