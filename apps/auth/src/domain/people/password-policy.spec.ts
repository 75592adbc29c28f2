import { normalisePassword, requireGoodPassword } from './password-policy.js';

const email = 'imogen.vale@juniper-vale.example';
const judge = (password: string) => () => requireGoodPassword(password, email);

describe('a password', () => {
  it.each(['harbour kite 94 lamp', 'tQ7#tQ8#vv2m', 'πολύ μακρύς κωδικός', 'x'.repeat(9) + 'yz!ab' + '4'.repeat(114)])(
    'may be %s',
    (password) => {
      expect(judge(password)).not.toThrow();
    },
  );

  it('has 12 to 128 characters, however many bytes they take', () => {
    expect(judge('kite 94 lam')).toThrow('at least 12');
    expect(judge('🪁🏮🔑⚓🧭🪵🪶🧶🪡🪔🫖')).toThrow('at least 12');
    expect(judge('🪁🏮🔑⚓🧭🪵🪶🧶🪡🪔🫖🪆')).not.toThrow();
    expect(judge('harbour kite 94 '.repeat(9))).toThrow('at most 128');
  });

  it.each(['imogen.vale@juniper-vale.example', 'Imogen.Vale@Juniper-Vale.Example!1', 'imogen...vale', 'Imogen-Vale!!'])(
    'is not the e-mail address: %s',
    (password) => {
      expect(judge(password)).toThrow('e-mail address');
    },
  );

  it.each([
    'Password1234',
    'password-1234',
    'qwerty 123456',
    'aaaaaaaaaaaa',
    'abcabcabcabc',
    '1212121212121',
    '............',
  ])('is none of those that are tried first: %s', (password) => {
    expect(judge(password)).toThrow('first that are tried');
  });

  it('is the same however its letters are composed', () => {
    expect(normalisePassword('cafe\u0301 de flore')).toBe(normalisePassword('caf\u00e9 de flore'));
  });
});
