import { z } from 'zod';
import { apiRefusal, invalidArgument } from '../api/refusal.js';
import { idOf, rowKinds } from '../data/collection.js';
import { dateText, etagText, instantText } from '../data/values.js';
import { customFieldValuesInput, mergeCustomFieldValues } from './custom-field-values.js';
import type { Row } from './rows.js';
import {
  checkedAssociation,
  idSchema,
  nullableIdSchema,
  parseWrite,
  type PreparedWrite,
  written,
  type WriteRequest,
} from './write-request.js';

const matterInput = z.object({
  description: z.string().optional(),
  status: z.enum(['open', 'pending', 'closed']).optional(),
  client: idSchema.optional(),
  client_reference: z.string().nullish(),
  location: z.string().nullish(),
  billable: z.boolean().optional(),
  open_date: z.iso.date().nullish(),
  pending_date: z.iso.date().nullish(),
  close_date: z.iso.date().nullish(),
  practice_area: nullableIdSchema.optional(),
  matter_stage: nullableIdSchema.optional(),
  group: nullableIdSchema.optional(),
  responsible_attorney: idSchema.optional(),
  originating_attorney: idSchema.optional(),
  responsible_staff: idSchema.optional(),
  statute_of_limitations: z
    .object({
      due_at: z.iso.date(),
      status: z.enum(['pending', 'in_progress', 'in_review', 'complete', 'draft']).optional(),
    })
    .optional(),
  custom_field_values: customFieldValuesInput.optional(),
});
type Input = z.output<typeof matterInput>;
type Read = (field: string) => unknown;

/** Written lower-case, read title-case (clio-api section 0, item 12). */
const shownStatus = { open: 'Open', pending: 'Pending', closed: 'Closed' } as const;

/** A matter to write (clio-api sections 8.1 and 8.2). */
export function prepareMatter(request: WriteRequest): PreparedWrite {
  const input = parseWrite(matterInput, request.data);
  const { firm, index } = request;
  const read: Read = (field) => (index === null ? null : firm.store.value('matters', index, field));
  if (index === null && (input.client === undefined || input.description === undefined)) {
    throw apiRefusal(422, 'ArgumentError', 'client and description are required');
  }
  const values = written({
    ...plainValues(input),
    ...statusValues(request, input, read),
    ...associations(request, input),
    ...stageValues(request, input, read),
    statute_of_limitations: statute(request, input, read),
    custom_field_values:
      input.custom_field_values &&
      mergeCustomFieldValues(
        firm,
        'Matter',
        (read('custom_field_values') as Row[] | null) ?? [],
        input.custom_field_values,
      ),
    ...(index === null ? newMatter(request, input) : {}),
  });
  const isNestedOnly = Object.keys(input).every((field) => ['custom_field_values', 'matter_stage'].includes(field));
  return { values, touch: !isNestedOnly || request.switches.nestedChangesTouchRecord };
}

function plainValues({
  description,
  client_reference,
  location,
  billable,
  open_date,
  pending_date,
  close_date,
}: Input): Row {
  return { description, client_reference, location, billable, open_date, pending_date, close_date };
}

function statusValues({ switches, now }: WriteRequest, { status, close_date }: Input, read: Read): Row {
  if (status === undefined) return {};
  const isClosing = status === 'closed' && read('status') !== 'Closed' && close_date === undefined;
  const closed = isClosing && switches.closingSetsCloseDate ? { close_date: dateText(now.getTime()) } : {};
  return { status: shownStatus[status], ...closed };
}

function associations({ firm }: WriteRequest, input: Input): Row {
  return {
    client: checkedAssociation(firm, 'contacts', input.client),
    client_id: input.client?.id,
    practice_area: checkedAssociation(firm, 'practice_areas', input.practice_area),
    group: checkedAssociation(firm, 'groups', input.group),
    responsible_attorney: checkedAssociation(firm, 'users', input.responsible_attorney),
    originating_attorney: checkedAssociation(firm, 'users', input.originating_attorney),
    responsible_staff: checkedAssociation(firm, 'users', input.responsible_staff),
  };
}

/** Stages belong to practice areas (clio-api section 8.1). */
function stageValues({ firm, switches, now }: WriteRequest, input: Input, read: Read): Row {
  const stage = checkedAssociation(firm, 'matter_stages', input.matter_stage);
  if (stage === undefined) return {};
  const stageIndex = stage === null ? null : firm.store.indexOf('matter_stages', stage['id'] as number);
  if (stageIndex !== null && switches.foreignStageRefused) {
    const area = input.practice_area?.id ?? idBehind(firm, read('practice_area'));
    const areaOfStage = Number(firm.store.value('matter_stages', stageIndex, 'practice_area_id'));
    if (area !== areaOfStage) throw invalidArgument('matter_stage is not one of the practice area');
  }
  return { matter_stage: stage, matter_stage_updated_at: instantText(firm.firm, now.getTime()) };
}

function idBehind(firm: WriteRequest['firm'], value: unknown): number | null {
  const { index } = (value ?? {}) as { index?: number };
  return index === undefined ? null : firm.store.idOf('practice_areas', index);
}

function statute({ firm, now }: WriteRequest, { statute_of_limitations: input }: Input, read: Read): Row | undefined {
  if (input === undefined) return undefined;
  const known = read('statute_of_limitations') as Row | null;
  const place = 40_000_000 + firm.store.writes;
  const stamp = instantText(firm.firm, now.getTime());
  return {
    id: idOf(firm.firm, rowKinds.task, place),
    etag: etagText(firm.firm, [rowKinds.task, place], 0),
    name: 'Statute of limitations',
    status: 'pending',
    priority: 'High',
    statute_of_limitations: true,
    created_at: stamp,
    ...known,
    ...written(input),
    updated_at: stamp,
  };
}

function newMatter({ firm, now, user }: WriteRequest, input: Input): Row {
  const number = firm.store.end('matters') + 1;
  const client = firm.store.indexOf('contacts', input.client?.id ?? -1) ?? 0;
  const name = String(
    firm.store.value('contacts', client, 'last_name') ?? firm.store.value('contacts', client, 'name'),
  );
  const idOfUser = firm.store.idOf('users', user);
  return {
    number,
    display_number: `${String(number).padStart(5, '0')}-${name}`,
    status: shownStatus[input.status ?? 'open'],
    open_date: input.open_date ?? dateText(now.getTime()),
    billable: input.billable ?? true,
    billing_method: 'hourly',
    user: { id: idOfUser },
    responsible_attorney: input.responsible_attorney ?? { id: idOfUser },
    currency: { id: firm.store.idOf('currencies', 0) },
  };
}
