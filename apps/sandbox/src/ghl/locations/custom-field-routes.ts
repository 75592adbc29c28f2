import { createCustomFieldSchema, updateCustomFieldSchema } from '@firmbridge/ghl-api';
import type { Router } from 'express';
import { z } from 'zod';
import type { FieldModel, StoredCustomField } from '../data/records.js';
import { refusal, unprocessable } from '../http/errors.js';
import { mountRoute, type GhlCall } from '../http/route.js';
import type { GhlWorld } from '../world.js';

const models: Readonly<Record<string, readonly FieldModel[]>> = {
  contact: ['contact'],
  opportunity: ['opportunity'],
  all: ['contact', 'opportunity'],
};

/** Definitions of contact and opportunity fields; without `model` the list holds those of contacts only (section 5). */
export function mountCustomFields(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'custom-fields.list',
    handle: ({ params, query }) => {
      const wanted = models[query['model'] ?? 'contact'];
      if (!wanted) throw unprocessable('model must be one of the following values: contact, opportunity, all');
      const fields = world.store.customFields.where(
        (field) => field.locationId === params['locationId'] && wanted.includes(field.model),
      );
      return { status: 200, body: { customFields: fields.map(fieldView) } };
    },
  });
  mountRoute(router, world, {
    operation: 'custom-fields.create',
    body: () => createSchema,
    handle: (call, body) => ({ status: 201, body: { customField: fieldView(createField(call, body)) } }),
  });
  mountOne(router, world);
}

function mountOne(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'custom-fields.get',
    handle: (call) => ({ status: 200, body: { customField: fieldView(fieldOf(call)) } }),
  });
  mountRoute(router, world, {
    operation: 'custom-fields.update',
    body: () => updateCustomFieldSchema,
    handle: (call, { name, placeholder, position }) => {
      const field = fieldOf(call);
      const changes = { name, placeholder: placeholder ?? field.placeholder, position: position ?? field.position };
      return { status: 200, body: { customField: fieldView(world.store.customFields.put({ ...field, ...changes })) } };
    },
  });
  mountRoute(router, world, {
    operation: 'custom-fields.delete',
    handle: (call) => {
      world.store.customFields.remove(fieldOf(call).id);
      return { status: 200, body: { succeded: true } };
    },
  });
}

const createSchema = createCustomFieldSchema.extend({ options: z.array(z.string()).optional() });

/** Under which name a select field takes its options is disputed: the wrong one is refused. */
function createField({ world, params }: GhlCall, body: z.output<typeof createSchema>): StoredCustomField {
  const { selectOptions } = world.switches.now;
  if (selectOptions !== 'options' && body.options) throw unprocessable('property options should not exist');
  const model = body.model ?? 'contact';
  const snake = body.name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
  const locationId = world.location(params['locationId']).id;
  const fields = world.store.customFields.where((field) => field.locationId === locationId && field.model === model);
  const fieldKey = `${model}.${(body.fieldKey ?? snake).replace(`${model}.`, '')}`;
  if (fields.some((field) => field.fieldKey === fieldKey)) throw refusal(400, 'Custom field key already exists.');
  return world.store.customFields.put({
    id: world.store.customFields.nextId(),
    locationId,
    model,
    name: body.name,
    fieldKey,
    dataType: body.dataType,
    placeholder: body.placeholder ?? '',
    position: body.position ?? fields.length * 50,
    picklistOptions: (body[selectOptions] ?? []).map((option) =>
      typeof option === 'string' ? option : (option.label ?? ''),
    ),
  });
}

function fieldOf({ world, params }: GhlCall): StoredCustomField {
  const field = world.store.customFields.get(params['id'] ?? '');
  if (field && field.locationId === params['locationId']) return field;
  throw refusal(Number(world.switches.now.missingRecordStatus), 'Custom field not found');
}

function fieldView({ picklistOptions, ...field }: StoredCustomField): Record<string, unknown> {
  return { ...field, ...(picklistOptions.length > 0 ? { picklistOptions } : {}), isAllowedCustomOption: false };
}
