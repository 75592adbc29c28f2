import { defineEvent, newMessage, newOrigin } from '@firmbridge/contracts';
import { z } from 'zod';
import { decodeMessage, largestMessageBytes } from './decode.js';

const orderPlaced = defineEvent({
  name: 'orders.order-placed.v1',
  summary: 'An order was placed.',
  data: z.object({ items: z.array(z.object({ price: z.int() })) }),
});
const contracts = new Map([[orderPlaced.type, orderPlaced]]);
const origin = newOrigin({ service: 'orders', tenantId: '7f6d1a52-7a4f-4bd1-9d5f-0c7f6f6b3a11', now: new Date(0) });
const sent = newMessage(orderPlaced, { items: [{ price: 5 }] }, origin, { entityVersion: { epoch: 1, n: 2 } });
const deliver = (change: object = {}) =>
  decodeMessage(Buffer.from(JSON.stringify({ ...sent.envelope, ...change })), contracts);

describe('decodeMessage', () => {
  it('gives back what was sent', () => {
    expect(deliver()).toMatchObject({
      id: origin.id,
      correlationId: origin.correlationId,
      time: '1970-01-01T00:00:00.000Z',
      entityVersion: { epoch: 1, n: 2 },
      data: { items: [{ price: 5 }] },
    });
  });

  it.each([
    ['message.unparsable', { tenantid: 'nobody' }, 'tenantid (invalid_format)'],
    ['message.unparsable', { actor: 'somebody' }, 'actor (invalid_format)'],
    ['message.unknown_type', { type: 'firmbridge.orders.order-eaten.v1' }, 'firmbridge.orders.order-eaten.v1'],
    ['message.schema_breach', { data: { items: [{ price: 'secret' }] } }, 'items.0.price (invalid_type)'],
  ])('refuses for good with %s and names the place: %j', (code, change, place) => {
    const failure = (() => {
      try {
        return deliver(change);
      } catch (error) {
        return error as Error;
      }
    })();
    expect(failure).toMatchObject({ code, retryable: false, message: expect.stringContaining(place) as string });
    expect((failure as Error).message).not.toMatch(/secret|nobody|somebody/);
  });

  it('does not read what is too large to be ours', () => {
    expect(() => decodeMessage(Buffer.alloc(largestMessageBytes + 1), contracts)).toThrow(
      'The body has 4.0 MiB; at most 4.0 MiB are read.',
    );
    expect(() => decodeMessage(Buffer.alloc(10_000_000), contracts)).toThrow('The body has 9.5 MiB');
  });
});
