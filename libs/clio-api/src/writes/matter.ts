import { z } from 'zod';
import * as v from './values.js';

/** Written lower-case, read title-case. */
export const clioMatterStatuses = ['open', 'pending', 'closed'] as const;

const rate = {
  rate: v.amount.optional(),
  award: v.amount.optional(),
  note: v.text.optional(),
  date: v.date.optional(),
  user: v.association.optional(),
  group: v.association.optional(),
  activity_description: v.association.optional(),
};

const reminder = {
  duration_value: z.int().positive().optional(),
  duration_unit: v.text.optional(),
  notification_method: v.association.optional(),
};

const payer = {
  contact_id: v.id.optional(),
  send_to_bill_recipients: v.flag.optional(),
  split_portion: v.amount.optional(),
};

/** Everything that PATCH /matters/{id}.json takes. */
export const matterUpdate = z
  .strictObject({
    description: v.text.min(1),
    status: z.enum(clioMatterStatuses),
    client: v.association,
    client_reference: v.clearableText.describe('Free for the id of another system.'),
    location: v.clearableText,
    billable: v.flag,
    open_date: v.clearableDate,
    pending_date: v.clearableDate,
    close_date: v.clearableDate,
    practice_area: v.clearableAssociation,
    matter_stage: v.clearableAssociation.describe('A stage of the practice area of the matter.'),
    responsible_attorney: v.association,
    originating_attorney: v.association,
    responsible_staff: v.association,
    group: v.clearableAssociation,
    statute_of_limitations: z
      .strictObject({
        due_at: v.date.optional(),
        status: z.enum(['pending', 'in_progress', 'in_review', 'complete', 'draft']).optional(),
        reminders: v.changedRows(reminder).optional(),
      })
      .describe('One for each matter. A firm that keeps it in a custom field writes that one instead.'),
    custom_field_values: v.changedCustomFieldValues,
    custom_field_set_associations: v.changedFieldSets,
    custom_rate: z
      .strictObject({
        type: z.enum(['HourlyRate', 'FlatRate', 'ContingencyFee']).optional(),
        rates: v.changedRows(rate, 200).optional(),
      })
      .describe('How the matter is billed. Another type deletes the rates that are stored.'),
    matter_budget: z.strictObject({
      budget: v.amount.optional(),
      include_expenses: v.flag.optional(),
      notification_threshold: z.int().min(0).optional(),
      notify_users: v.flag.optional(),
      _destroy: v.flag.optional(),
    }),
    evergreen_retainer: z.strictObject({
      minimum_threshold: v.amount.optional(),
      recipients: z.array(z.strictObject({ id: v.id, _destroy: v.flag.optional() })).optional(),
      _destroy: v.flag.optional(),
    }),
    relationships: v.changedRows({ contact: v.association.optional(), description: v.text.optional() }, 200),
    split_invoice_payers: v.changedRows(payer),
    task_template_list_instances: z
      .array(
        z.strictObject({
          task_template_list: v.association,
          assignee_id: v.id.optional(),
          notify_assignees: v.flag.optional(),
          due_at: v.date.optional(),
        }),
      )
      .max(20)
      .describe('Only added to.'),
    kyc_field_values: v.changedKycValues,
    currency: v.association,
    display_number: v.text.min(1).describe('Only where the firm numbers its matters by hand.'),
    reset_matter_number: v.flag.describe('Number the matter anew because of this change.'),
  })
  .partial()
  .refine(v.isNotEmpty, v.emptyMessage)
  .meta({
    id: 'ClioMatterUpdate',
    description: 'What to change of a matter, in the words of Clio; what is not named stays as it is.',
    example: {
      status: 'closed',
      close_date: '2026-02-01',
      matter_stage: { id: 9 },
      custom_field_values: [
        { id: 'text_line-1', value: 'Dept. 4' },
        { custom_field: { id: 22 }, value: 'Radio' },
        { id: 'picklist-2', _destroy: true },
      ],
    },
  });
