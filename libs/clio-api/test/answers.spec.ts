import {
  clioPageSchema,
  clioResources,
  clioShowPath,
  clioTokenSchema,
  clioWebhookDeliverySchema,
  clioWebhookEvents,
  clioWebhookFields,
  etagOf,
  parseClioError,
  readClioRateLimit,
  recordIdOf,
  updatedAtOf,
} from '../src/index.js';

describe('who_am_i', () => {
  const record = {
    id: 2400000001,
    etag: '"8d7a"',
    name: 'Dana Sample',
    first_name: 'Dana',
    last_name: 'Sample',
    email: 'dana@example.test',
    enabled: true,
    account_owner: true,
    roles: ['admin'],
    subscription_type: 'Attorney',
    time_zone: 'Eastern Time (US & Canada)',
    created_at: '2023-02-01T09:30:00-05:00',
    updated_at: '2025-10-05T08:10:25-04:00',
    account: { id: 2400000000, name: 'Example  Law LLC', state: 'active' },
  };

  it('keeps the name of the firm as Clio wrote it, two spaces and all', () => {
    expect(clioResources.who_am_i.record.parse(record).account).toMatchObject({
      id: 2400000000,
      name: 'Example  Law LLC',
    });
  });

  it('gives id, etag and the instant behind an offset', () => {
    expect(recordIdOf(record)).toBe('2400000001');
    expect(etagOf(record)).toBe('"8d7a"');
    expect(updatedAtOf(record)).toEqual(new Date('2025-10-05T12:10:25Z'));
  });
});

describe('records', () => {
  it('takes redacted associations, missing fields and unknown keys', () => {
    const record = { id: '2400000002', client: { id: null, name: null, redacted: true }, brand_new: 1 };
    expect(clioResources.matters.record.parse(record)).toMatchObject({ client: { redacted: true }, brand_new: 1 });
  });

  it.each([{ id: null }, { id: 1.5 }, { id: 'abc' }, {}, null, 'text'])('finds no id in %j', (record) => {
    expect(recordIdOf(record)).toBeNull();
    expect(clioResources.contacts.record.safeParse(record).success).toBe(false);
  });

  it('refuses a value of the wrong type', () => {
    expect(clioResources.bills.record.safeParse({ id: 1, total: 'a lot' }).success).toBe(false);
  });

  it('takes a composite id of a custom field value, and none', () => {
    const values = [
      { id: 'text_line-1', field_name: 'Referral', value: 'Radio' },
      { id: null, field_name: 'Court' },
    ];
    expect(clioResources.contacts.record.parse({ id: 1, custom_field_values: values }).custom_field_values).toEqual(
      values,
    );
  });

  it('knows the path of one record, and that line items have none', () => {
    expect(clioShowPath('matters', '2400000002')).toBe('/matters/2400000002.json');
    expect(clioShowPath('bill_line_items', '1')).toBeNull();
  });
});

describe('errors', () => {
  it('reads the API shape', () => {
    expect(parseClioError({ error: { type: 'NotFoundError', message: 'Not Found' } })).toEqual({
      type: 'NotFoundError',
      message: 'Not Found',
    });
  });

  it('reads the OAuth shape of a rejected access token', () => {
    const error_description = 'The access token provided is expired, revoked, malformed or invalid for other reasons.';
    expect(parseClioError({ error: 'invalid_token', error_description })).toEqual({
      type: 'invalid_token',
      message: error_description,
    });
    expect(parseClioError({ error: 'invalid_grant' })).toEqual({ type: 'invalid_grant', message: 'invalid_grant' });
  });

  it('reads the shape of the gateway in front of the API', () => {
    expect(parseClioError({ message: 'Too Many Requests' })?.message).toBe('Too Many Requests');
  });

  it.each(['<html>', null, {}, { data: [] }])('finds no error in %j', (body) => {
    expect(parseClioError(body)).toBeNull();
  });
});

describe('answers', () => {
  it('reads a page with and without a next one', () => {
    const next = 'https://app.clio.com/api/v4/matters?page_token=abc';
    expect(clioPageSchema.parse({ data: [], meta: { paging: { next }, records: 400 } }).meta?.paging?.next).toBe(next);
    expect(clioPageSchema.parse({ data: [], meta: { paging: {} } }).meta?.paging?.next).toBeUndefined();
    expect(clioPageSchema.safeParse({ data: {} }).success).toBe(false);
  });

  it('reads a token answer without a new refresh token', () => {
    expect(clioTokenSchema.parse({ token_type: 'bearer', access_token: 'a', expires_in: 604800 }).refresh_token).toBe(
      undefined,
    );
  });

  it('reads a delivery and knows the events of a model', () => {
    const delivery = { data: { id: 152, etag: '"9a10"' }, meta: { event: 'created', webhook_id: 1234 } };
    expect(clioWebhookDeliverySchema.parse(delivery)).toEqual(delivery);
    expect(clioWebhookEvents('clio_payments_payment')).not.toContain('deleted');
    expect(clioWebhookEvents('matter')).toContain('matter_closed');
    expect(clioWebhookFields('matter')).toContain('etag');
    expect(clioWebhookFields('clio_payments_payment')).not.toContain('etag');
  });
});

describe('rate limit headers', () => {
  const now = new Date('2026-03-01T10:00:00Z');

  it('reads the window and the wait, whatever the case of the names', () => {
    const headers = {
      'X-RateLimit-Limit': '50',
      'x-ratelimit-remaining': '0',
      'X-RateLimit-Reset': '1772359230',
      'Retry-After': '17',
    };
    expect(readClioRateLimit(headers, 429, now)).toEqual({
      limit: 50,
      remaining: 0,
      windowSeconds: 60,
      resetAt: new Date('2026-03-01T10:00:30Z'),
      retryAfterMs: 17_000,
      status: 429,
    });
  });

  it('reads a date to wait for, and says nothing where nothing was said', () => {
    expect(readClioRateLimit({ 'retry-after': 'Sun, 01 Mar 2026 10:00:05 GMT' }, 429, now).retryAfterMs).toBe(5000);
    expect(readClioRateLimit({ 'x-ratelimit-limit': 'many' }, 200, now)).toMatchObject({
      limit: null,
      remaining: null,
      resetAt: null,
      retryAfterMs: null,
    });
  });
});
