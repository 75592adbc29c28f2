import type { EntityState } from '@firmbridge/contracts';
import type { EntityEvent } from './entity-event.js';
import { bindingsOf, checkHandlers, handledTypes, handlerOf, type Handlers } from './handlers.js';
import { entityEventOf } from './entity-event.js';
import { anEntity } from './kit/index.js';
import { decodeMessage } from './amqp/index.js';

const nothing = () => undefined;
const eventOf = (envelope: object) => entityEventOf(decodeMessage(Buffer.from(JSON.stringify(envelope))));

describe('handlers', () => {
  it('know the entity and its state by their pattern', () => {
    const on: Handlers<undefined> = {
      'matter.*': ({ event }) => {
        const state: EntityState<'matter'> = event.state;
        const verb: 'created' | 'updated' | 'deleted' | 'merged' | 'split' = event.verb;
        return void [state.status, verb];
      },
      'bill.created': ({ event }) => {
        const verb: 'created' = event.verb;
        return void [verb, event.state.dueOn];
      },
      '*': ({ event }) => {
        const any: EntityEvent = event;
        if (any.entityType === 'contact') return void any.state.emails;
      },
    };
    // @ts-expect-error a contact has no status
    const wrong: Handlers<undefined> = { 'contact.*': ({ event }) => void event.state.status };
    expect(Object.keys({ ...on, ...wrong })).toHaveLength(4);
  });

  it('get an event by the narrowest pattern', () => {
    const matter = anEntity('matter');
    const on = { '*': () => undefined, 'matter.*': () => undefined, 'matter.created': () => undefined };
    expect(handlerOf(on, eventOf(matter.created()))).toBe(on['matter.created']);
    expect(handlerOf(on, eventOf(matter.deleted()))).toBe(on['matter.*']);
    expect(handlerOf(on, eventOf(anEntity('bill').created()))).toBe(on['*']);
    expect(handlerOf({ 'bill.*': nothing }, eventOf(matter.updated({})))).toBeNull();
  });

  it('need no binding that another covers', () => {
    const wantedOf = (on: object) => bindingsOf(on).wanted;
    expect(wantedOf({ 'matter.created': nothing, 'bill.*': nothing })).toEqual([
      'entity.matter.created',
      'entity.bill.*',
    ]);
    expect(wantedOf({ 'matter.created': nothing, 'matter.*': nothing })).toEqual(['entity.matter.*']);
    expect(wantedOf({ 'matter.created': nothing, '*': nothing })).toEqual(['entity.*.*']);
    const { wanted, unwanted } = bindingsOf({ 'matter.created': nothing });
    expect(unwanted).toContain('entity.matter.*');
    expect(unwanted.filter((pattern) => wanted.includes(pattern))).toEqual([]);
  });

  it('name the types whose current state they want; all of them when they handle everything', () => {
    expect(handledTypes({ 'matter.created': nothing, 'bill.*': nothing })).toEqual(['matter', 'bill']);
    expect(handledTypes({ 'matter.created': nothing, '*': nothing })).toEqual([]);
  });

  it('are refused when they are for no event, and when there are none', () => {
    expect(() => checkHandlers({ 'case.*': nothing, 'matter.opened': nothing })).toThrow(/case\.\*, matter\.opened/);
    expect(() => checkHandlers({})).toThrow('There is no handler.');
  });
});
