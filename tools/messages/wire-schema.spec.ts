import { z } from 'zod';
import { wireSchema } from './wire-schema.mjs';

const stamp = z.object({ cents: z.int() }).meta({ id: 'SpecStamp', description: 'What is stuck on.' });

describe('wireSchema', () => {
  it('leaves out what says nothing to a reader', () => {
    const schema = z.object({
      id: z.uuid(),
      at: z.iso.datetime({ offset: true }),
      count: z.int(),
      details: z.record(z.string(), z.unknown()),
      note: z.string().trim().optional(),
    });
    expect(wireSchema(schema, 'output')).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', format: 'uuid' },
        at: { type: 'string', format: 'date-time' },
        count: { type: 'integer' },
        details: { type: 'object' },
        note: { type: 'string' },
      },
      required: ['id', 'at', 'count', 'details'],
    });
  });

  it('tells an instant that must be in UTC', () => {
    expect(wireSchema(z.iso.datetime(), 'input')).toEqual({ type: 'string', format: 'date-time', pattern: 'Z$' });
  });

  it('keeps limits and meanings', () => {
    const schema = z.array(z.string().max(9).describe('A word.')).min(1).max(3);
    const items = { type: 'string', maxLength: 9, description: 'A word.' };
    expect(wireSchema(schema, 'input')).toEqual({ type: 'array', items, minItems: 1, maxItems: 3 });
  });

  it('refers to what has a name, and is never a mere reference itself', () => {
    const named = {
      type: 'object',
      description: 'What is stuck on.',
      properties: { cents: { type: 'integer' } },
      required: ['cents'],
    };
    expect(wireSchema(stamp, 'input')).toEqual(named);
    expect(wireSchema(z.object({ stamp: stamp.nullable() }), 'input')).toMatchObject({
      properties: { stamp: { anyOf: [{ $ref: '#/definitions/SpecStamp' }, { type: 'null' }] } },
      definitions: { SpecStamp: named },
    });
  });
});
