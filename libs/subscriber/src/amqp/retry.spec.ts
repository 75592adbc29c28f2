import { AppError } from '@firmbridge/contracts';
import type { ConsumeMessage } from 'amqplib';
import { attemptsBefore, copyFor, nextStep } from './retry.js';

const delays = [1_000, 10_000, 60_000];

function aDelivery(headers: Record<string, unknown>, properties: object = {}): ConsumeMessage {
  return {
    content: Buffer.from('{}'),
    fields: {},
    properties: { headers, ...properties },
  } as unknown as ConsumeMessage;
}

describe('nextStep', () => {
  it('climbs rung by rung and ends in the dead letters', () => {
    const failure = new Error('no');
    expect([0, 1, 2, 3].map((before) => nextStep(failure, before, delays))).toEqual([
      { kind: 'retry', attempt: 1, delayMs: 1_000 },
      { kind: 'retry', attempt: 2, delayMs: 10_000 },
      { kind: 'retry', attempt: 3, delayMs: 60_000 },
      { kind: 'dead', attempt: 4 },
    ]);
  });

  it('does not repeat what cannot succeed', () => {
    expect(nextStep(new AppError('validation', 'a.b', 'No.'), 0, delays)).toEqual({ kind: 'dead', attempt: 1 });
    expect(nextStep(new AppError('unavailable', 'a.b', 'No.'), 0, delays)).toMatchObject({ kind: 'retry' });
  });

  it('waits at least as long as it was asked to, as far as there is a rung', () => {
    const asked = (retryAfterMs: number) => new AppError('rate_limited', 'a.b', 'Wait.', { retryAfterMs });
    expect(nextStep(asked(5_000), 0, delays)).toMatchObject({ delayMs: 10_000 });
    expect(nextStep(asked(5_000_000), 0, delays)).toMatchObject({ delayMs: 60_000 });
    expect(nextStep(asked(10), 1, delays)).toMatchObject({ delayMs: 10_000 });
  });
});

describe('copyFor', () => {
  const ladder = {
    rung: (delayMs: number) => ({ exchange: `fb.retry.${delayMs}`, routingKey: 'fb.shop.keep' }),
    deadLetters: { exchange: '', routingKey: 'fb.shop.keep.dead' },
  };
  const place = { error: new Error('no'), ladder, now: new Date('2026-01-15T10:00:00Z') };

  it('keeps what is ours and leaves behind what the broker wrote', () => {
    const delivery = aDelivery(
      { traceparent: 't', 'x-death': [{}], 'x-first-death-queue': 'q', 'x-last-death-reason': 'r', CC: ['elsewhere'] },
      { messageId: 'm', type: 'firmbridge.a', expiration: '1', deliveryMode: 2, timestamp: undefined },
    );
    expect(copyFor({ ...place, step: { kind: 'retry', attempt: 2, delayMs: 10_000 }, delivery })).toMatchObject({
      exchange: 'fb.retry.10000',
      routingKey: 'fb.shop.keep',
      properties: {
        messageId: 'm',
        type: 'firmbridge.a',
        persistent: true,
        mandatory: true,
        headers: { traceparent: 't', 'x-attempt': 2 },
      },
    });
    const dead = copyFor({ ...place, step: { kind: 'dead', attempt: 2 }, delivery });
    const { headers } = dead.properties;
    expect(dead).toMatchObject({ exchange: '', routingKey: 'fb.shop.keep.dead' });
    expect(Object.keys(headers as object).sort()).toEqual([
      'traceparent',
      'x-attempt',
      'x-error-code',
      'x-error-message',
      'x-failed-at',
    ]);
  });

  it('shortens a long reason', () => {
    const copy = copyFor({
      ...place,
      step: { kind: 'dead', attempt: 1 },
      delivery: aDelivery({}),
      error: new Error('x'.repeat(9_000)),
    });
    expect((copy.properties.headers as Record<string, string>)['x-error-message']).toHaveLength(500);
  });
});

describe('attemptsBefore', () => {
  it('counts a header that is missing or wrong as none', () => {
    expect(
      [{}, { 'x-attempt': 'two' }, { 'x-attempt': -1 }, { 'x-attempt': 2 }].map((h) => attemptsBefore(aDelivery(h))),
    ).toEqual([0, 0, 0, 2]);
  });
});
