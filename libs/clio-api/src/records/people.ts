import { z } from 'zod';
import {
  clioIdSchema,
  customFieldValues,
  customFieldValuesFields,
  date,
  decimal,
  flag,
  list,
  mention,
  named,
  stamps,
  text,
} from './values.js';

const person = {
  id: clioIdSchema,
  ...stamps,
  name: text,
  first_name: text,
  last_name: text,
  initials: text,
  email: text,
  phone_number: text,
  enabled: flag,
  account_owner: flag,
  clio_connect: flag,
  rate: decimal,
  roles: z.array(z.string()).nullish(),
  subscription_type: text,
  time_zone: text,
};
const personFields =
  'id,etag,name,first_name,last_name,initials,email,phone_number,enabled,account_owner,clio_connect,rate,roles,' +
  'subscription_type,time_zone,created_at,updated_at';

export const user = { fields: personFields, record: z.looseObject(person) };

/** The user the token acts as, with the firm: `account.id` is the key of the connection. */
export const whoAmI = {
  fields: `${personFields},account{id,etag,name,state,created_at,updated_at}`,
  record: z.looseObject({ ...person, account: mention({ ...stamps, name: text, state: text }) }),
};

export const group = {
  fields: 'id,etag,name,type,client_connect_user,updated_at,users{id,name}',
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    name: text,
    type: text,
    client_connect_user: flag,
    users: list({ name: text }),
  }),
};

export const contact = {
  fields:
    'id,etag,type,name,first_name,middle_name,last_name,prefix,title,date_of_birth,is_client,created_at,updated_at,' +
    'primary_email_address,primary_phone_number,company{id,name},currency{id,code},' +
    'email_addresses{id,address,name,primary},phone_numbers{id,number,name,primary},' +
    `addresses{id,name,street,city,province,postal_code,country,primary},${customFieldValuesFields}`,
  record: z.looseObject({
    id: clioIdSchema,
    ...stamps,
    type: text,
    name: text,
    first_name: text,
    middle_name: text,
    last_name: text,
    prefix: text,
    title: text,
    date_of_birth: date,
    is_client: flag,
    primary_email_address: text,
    primary_phone_number: text,
    company: named,
    currency: mention({ code: text }),
    email_addresses: list({ address: text, name: text, primary: flag }),
    phone_numbers: list({ number: text, name: text, primary: flag }),
    addresses: list({
      name: text,
      street: text,
      city: text,
      province: text,
      postal_code: text,
      country: text,
      primary: flag,
    }),
    custom_field_values: customFieldValues,
  }),
};
