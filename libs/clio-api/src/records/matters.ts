import { z } from 'zod';
import {
  clioIdSchema,
  currencyMention,
  customFieldValues,
  customFieldValuesFields,
  date,
  flag,
  instant,
  mention,
  named,
  stamps,
  text,
  whole,
} from './values.js';

export const practiceArea = {
  fields: 'id,etag,name,code,category,created_at,updated_at',
  record: z.looseObject({ id: clioIdSchema, ...stamps, name: text, code: text, category: text }),
};

export const matterStage = {
  fields: 'id,etag,name,order,practice_area_id,created_at,updated_at',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    name: text,
    order: whole,
    /** A string in the specification, although it is an id. */
    practice_area_id: clioIdSchema.nullish(),
  }),
};

export const matter = {
  fields:
    'id,etag,number,display_number,custom_number,description,status,location,client_reference,billable,billing_method,' +
    'open_date,pending_date,close_date,last_activity_date,matter_stage_updated_at,created_at,updated_at,' +
    'currency{id,code},client{id,name,type},practice_area{id,name,code},matter_stage{id,name},group{id,name},' +
    'responsible_attorney{id,name},originating_attorney{id,name},responsible_staff{id,name},user{id,name},' +
    `statute_of_limitations{id,name,status,due_at},${customFieldValuesFields}`,
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    number: whole,
    display_number: text,
    custom_number: text,
    description: text,
    status: text,
    location: text,
    client_reference: text,
    billable: flag,
    billing_method: text,
    open_date: date,
    pending_date: date,
    close_date: date,
    last_activity_date: date,
    matter_stage_updated_at: instant,
    currency: currencyMention,
    client: mention({ name: text, type: text }),
    practice_area: mention({ name: text, code: text }),
    matter_stage: named,
    group: named,
    responsible_attorney: named,
    originating_attorney: named,
    responsible_staff: named,
    user: named,
    statute_of_limitations: mention({ name: text, status: text, due_at: date }),
    custom_field_values: customFieldValues,
  }),
};
