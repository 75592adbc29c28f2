import { z } from 'zod';
import { apiRefusal } from '../api/refusal.js';
import {
  checkedAssociation,
  nullableIdSchema,
  parseWrite,
  type PreparedWrite,
  written,
  type WriteRequest,
} from './write-request.js';

const activityInput = z.object({
  type: z.enum(['TimeEntry', 'ExpenseEntry', 'HardCostEntry', 'SoftCostEntry']).optional(),
  date: z.iso.date().optional(),
  /** Seconds for a TimeEntry. */
  quantity: z.number().optional(),
  price: z.number().optional(),
  note: z.string().nullish(),
  reference: z.string().nullish(),
  non_billable: z.boolean().optional(),
  no_charge: z.boolean().optional(),
  tax_setting: z.enum(['no_tax', 'tax_1_only', 'tax_2_only', 'tax_1_and_tax_2']).optional(),
  matter: nullableIdSchema.optional(),
  user: nullableIdSchema.optional(),
  activity_description: nullableIdSchema.optional(),
  expense_category: nullableIdSchema.optional(),
  vendor: nullableIdSchema.optional(),
});

/** An activity to write; one that was billed is locked (clio-api section 8.2). */
export function prepareActivity(request: WriteRequest): PreparedWrite {
  const input = parseWrite(activityInput, request.data);
  const { firm, index } = request;
  if (index === null && (input.type === undefined || input.date === undefined)) {
    throw apiRefusal(422, 'ArgumentError', 'type and date are required');
  }
  if (index !== null) refuseBilled(request, index);
  const { matter, user, activity_description, expense_category, vendor, ...plain } = input;
  const values = written({
    ...(index === null ? newActivity : {}),
    ...plain,
    matter: checkedAssociation(firm, 'matters', matter),
    user: checkedAssociation(firm, 'users', user ?? (index === null ? ownUser(request) : undefined)),
    activity_description: checkedAssociation(firm, 'activity_descriptions', activity_description),
    expense_category: checkedAssociation(firm, 'expense_categories', expense_category),
    vendor: checkedAssociation(firm, 'contacts', vendor),
    ...amounts(request, input),
  });
  return { values, touch: true };
}

export function refuseBilled({ firm }: Pick<WriteRequest, 'firm'>, index: number): void {
  if (firm.store.value('activities', index, 'billed') === true) {
    throw apiRefusal(422, 'ArgumentError', 'The activity has been billed');
  }
}

const newActivity = {
  billed: false,
  on_bill: false,
  flat_rate: false,
  contingency_fee: false,
  quantity_redacted: false,
  non_billable: false,
  no_charge: false,
  tax_setting: 'no_tax',
};

function ownUser({ firm, user }: WriteRequest): { id: number } {
  return { id: firm.store.idOf('users', user) };
}

function amounts({ firm, index }: WriteRequest, input: z.output<typeof activityInput>): Record<string, unknown> {
  const known = (field: string): unknown => (index === null ? null : firm.store.value('activities', index, field));
  const type = input.type ?? known('type');
  const quantity = input.quantity ?? (known('quantity') as number | null) ?? (type === 'TimeEntry' ? 0 : 1);
  const price = input.price ?? (known('price') as number | null) ?? 0;
  const hours = type === 'TimeEntry' ? Math.round((quantity / 3600) * 100) / 100 : null;
  const worth = Math.round((hours ?? quantity) * price * 100) / 100;
  const isNonBillable = input.non_billable ?? known('non_billable') === true;
  return {
    quantity,
    price,
    rounded_quantity: quantity,
    quantity_in_hours: hours,
    rounded_quantity_in_hours: hours,
    total: isNonBillable ? 0 : worth,
    non_billable_total: isNonBillable ? worth : 0,
  };
}
