import { formatApiKey, newApiKeySecret, parseApiKey } from './api-key.js';

const keyId = 'a47d10c8-5e92-4b36-8f0c-d2b861e397f4';

describe('an API key', () => {
  it('says what it is and which it is', () => {
    const secret = newApiKeySecret();
    const text = formatApiKey({ keyId, secret });
    expect(text).toBe(`fbk_a47d10c85e924b368f0cd2b861e397f4_${secret}`);
    expect(parseApiKey(text)).toEqual({ keyId, secret });
  });

  it.each(['', 'fbk_', `fbk_${keyId}_${'a'.repeat(43)}`, `fbk_${'a'.repeat(32)}_${'a'.repeat(42)}`])(
    'is not "%s"',
    (text) => {
      expect(parseApiKey(text)).toBeNull();
    },
  );
});
