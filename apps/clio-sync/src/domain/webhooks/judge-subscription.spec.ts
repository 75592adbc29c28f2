import { judgeSubscription, renewalTime, replacementAttempts, replacementWaitMs } from './judge-subscription.js';
import type { RemoteWebhook, Subscription } from './subscription.js';

const now = new Date('2026-11-18T12:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const base = 'https://firm.example.com/webhooks/clio/';
const aSubscription = (overrides: Partial<Subscription> = {}): Subscription => ({
  subscriptionId: '5d0c3a52-8a53-4d0c-9d3f-0c8f0f7a1d02',
  resource: 'matters',
  state: 'active',
  url: `${base}abc`,
  webhookId: '7',
  secret: 'secret',
  createdAt: later(-10),
  activatedAt: later(-9),
  expiresAt: later(3600),
  renewAt: later(1800),
  retryAt: later(-10),
  attempts: 0,
  ...overrides,
});
const aRemote = (overrides: Partial<RemoteWebhook> = {}): RemoteWebhook => ({
  webhookId: '7',
  url: `${base}abc`,
  status: 'enabled',
  secret: 'secret',
  expiresAt: later(3600),
  ...overrides,
});
const judge = (known: Subscription, remote: RemoteWebhook | null) => judgeSubscription(known, remote, { now, base });

describe('a subscription', () => {
  it.each([
    ['is kept while Clio has it enabled', aSubscription(), aRemote(), 'keep'],
    ['becomes active once Clio has it enabled', aSubscription({ state: 'pending' }), aRemote(), 'activate'],
    ['waits for its handshake', aSubscription({ state: 'pending' }), aRemote({ status: 'pending' }), 'wait'],
    ['is renewed when half of its life is over', aSubscription({ renewAt: later(-1) }), aRemote(), 'renew'],
    ['takes a secret that Clio has changed', aSubscription(), aRemote({ secret: 'other' }), 'change-secret'],
    ['is created when Clio has none', aSubscription({ state: 'pending', webhookId: null }), null, 'post'],
    [
      'is not created before its pause is over',
      aSubscription({ state: 'pending', webhookId: null, retryAt: later(5) }),
      null,
      'wait',
    ],
  ])('%s', (_what, known, remote, step) => {
    expect(judge(known, remote).step).toBe(step);
  });

  it.each([
    ['suspended', aSubscription(), aRemote({ status: 'suspended' })],
    ['gone', aSubscription(), null],
    ['unproved', aSubscription({ state: 'pending', createdAt: later(-61) }), aRemote({ status: 'pending' })],
    ['moved', aSubscription({ url: 'https://before.example.com/webhooks/clio/abc' }), aRemote()],
  ] as const)('is created anew when it is %s', (why, known, remote) => {
    expect(judge(known, remote)).toEqual({ step: 'replace', why, remote });
  });
});

it('is renewed before half of its life is over, each at a moment of its own', () => {
  expect(renewalTime(now, later(1000), () => 0)).toEqual(later(400));
  expect(renewalTime(now, later(1000), () => 1)).toEqual(later(500));
});

it('is replaced at once when it has worked, and ever more rarely while it keeps ending', () => {
  expect(replacementAttempts(aSubscription({ attempts: 4, activatedAt: later(-7200) }), now)).toBe(0);
  expect(replacementAttempts(aSubscription({ attempts: 4 }), now)).toBe(5);
  expect([0, 1, 2, 3, 20].map(replacementWaitMs)).toEqual([0, 0, 30_000, 60_000, 3_600_000]);
});
