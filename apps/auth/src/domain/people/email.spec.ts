import { normaliseEmail } from './email.js';

describe('an e-mail address', () => {
  it('is the same in any spelling', () => {
    expect(normaliseEmail('  Imogen.Vale@Juniper-Vale.Example ')).toBe('imogen.vale@juniper-vale.example');
  });

  it.each([
    '',
    'imogen',
    'imogen@',
    '@vale.example',
    'a b@vale.example',
    'ımogen@vale.example',
    `${'a'.repeat(250)}@b.example`,
  ])('is not "%s"', (text) => {
    expect(normaliseEmail(text)).toBeNull();
  });
});
