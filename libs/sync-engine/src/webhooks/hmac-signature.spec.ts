import { createHmac } from 'node:crypto';
import { isSignedBy } from './hmac-signature.js';

const body = Buffer.from('{"data":{"id":7}}');
const sign = (secret: string, encoding: 'hex' | 'base64') => createHmac('sha256', secret).update(body).digest(encoding);

describe('a signature', () => {
  it.each(['hex', 'base64'] as const)('is taken in %s, by the current secret and by the one before', (encoding) => {
    expect(isSignedBy(body, sign('new', encoding), ['new', 'old'])).toBe(true);
    expect(isSignedBy(body, sign('old', encoding), ['new', 'old'])).toBe(true);
    expect(isSignedBy(body, sign('other', encoding), ['new', 'old'])).toBe(false);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['too short', 'abcd'],
    ['too long', sign('new', 'hex').repeat(2)],
    ['not hex', 'z'.repeat(64)],
    ['cut', sign('new', 'hex').slice(0, 63)],
    ['of an unknown kind', `sha256=${sign('new', 'hex')}`],
  ])('that is %s is no signature, and no error', (_what, signature) => {
    expect(isSignedBy(body, signature, ['new'])).toBe(false);
  });

  it('is not accepted by nobody: without a secret nothing is verified', () => {
    expect(isSignedBy(body, sign('', 'hex'), [])).toBe(false);
  });

  it('is of the bytes: the same JSON written otherwise is another body', () => {
    expect(isSignedBy(Buffer.from('{"data": {"id": 7}}'), sign('new', 'hex'), ['new'])).toBe(false);
  });
});
