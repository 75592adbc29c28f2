import { redactBody, redactText } from './redact.js';

describe('redactBody', () => {
  it('keeps what explains a failure', () => {
    const body = '{"statusCode":400,"code":"OPPORTUNITY_NO_DUPLICATE","meta":{"existingId":"o1"},"state":"draft"}';
    expect(redactBody(body)).toBe(body);
  });

  it('replaces whole structures under a secret name and plain values in lists under a personal one', () => {
    expect(
      redactBody('{"credentials":{"a":1},"phones":["6045550100"],"additionalEmails":[{"email":"a@b.example"}]}'),
    ).toBe('{"credentials":"[secret]","phones":["[personal]"],"additionalEmails":[{"email":"[personal]"}]}');
  });

  it('masks tokens and addresses in what is no JSON', () => {
    expect(redactBody('<p>Bearer abc.def for ada@firm.example</p>')).toBe('<p>Bearer [secret] for [personal]</p>');
  });

  it('reads a form', () => {
    expect(redactBody('grant_type=refresh_token&refresh_token=abc&client_secret=def&email=a%40b.example')).toBe(
      'grant_type=refresh_token&refresh_token=[secret]&client_secret=[secret]&email=[personal]',
    );
  });

  it('does not keep what is too large to read', () => {
    expect(redactBody('x'.repeat(2_000_000))).toBe('[2000000 characters, not kept]');
  });
});

describe('redactText', () => {
  it.each([
    ['call +16045550100 now', 'call [personal] now'],
    ['call 604-555-0100 now', 'call [personal] now'],
    ['the JWT eyJhbGciOi.eyJzdWIiOi.abc', 'the JWT [secret]'],
    ['see /callback?code=abc&x=1', 'see /callback?code=[secret]&x=1'],
    ['record 1387492837 at 2026-01-15T10:00:00Z', 'record 1387492837 at 2026-01-15T10:00:00Z'],
  ])('%s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });
});
