import { z } from 'zod';
import { activity } from '../records/time.js';
import { matter } from '../records/matters.js';
import { contact } from '../records/people.js';
import { activityCreate, activityUpdate } from './activity.js';
import { contactCreate, contactUpdate } from './contact.js';
import { matterUpdate } from './matter.js';

export { clioMatterStatuses } from './matter.js';

export interface ClioWritable {
  /** Null where we create none. */
  readonly create: z.ZodType<Record<string, unknown>> | null;
  readonly update: z.ZodType<Record<string, unknown>>;
  /** What a person who edits has to see: more than the sync reads, because rows are changed by their ids. */
  readonly editFields: string;
}

/** What can be written, with every property that Clio's specification has for it, and what is read to edit it. */
export const clioWrites = {
  matters: {
    create: null,
    update: matterUpdate,
    editFields:
      `${matter.fields},maildrop_address,` +
      'custom_rate{type,on_invoice,rates},matter_budget{id,budget,include_expenses,notification_threshold,notify_users},' +
      'evergreen_retainer{id,minimum_threshold},relationships{id,description},' +
      'split_invoice_payers{id,contact_id,send_to_bill_recipients,split_portion},' +
      'custom_field_set_associations{id,display_order},' +
      'kyc_field_values{id,field_name,field_type,field_value},task_template_list_instances{id,created_at}',
  },
  contacts: {
    create: contactCreate,
    update: contactUpdate,
    editFields:
      `${contact.fields},clio_connect_email,ledes_client_id,sales_tax_number,co_counsel_rate{id,rate},avatar{id,url},` +
      'web_sites{id,name,address,default_web_site},instant_messengers{id,name,address},' +
      'custom_field_set_associations{id,display_order},' +
      'kyc_field_values{id,field_name,field_type,field_value}',
  },
  activities: {
    create: activityCreate,
    update: activityUpdate,
    editFields:
      `${activity.fields},tax_setting,calendar_entry{id},client_portal{id},communication{id},contact_note{id},` +
      'matter_note{id},task{id},text_message_conversation{id},utbms_expense{id},timer{id,start_time}',
  },
} as const satisfies Record<string, ClioWritable>;

export type ClioWritableName = keyof typeof clioWrites;
export const clioWritableNames = Object.keys(clioWrites) as [ClioWritableName, ...ClioWritableName[]];
export const clioWritableNameSchema = z.enum(clioWritableNames);
