import { AppError } from '@firmbridge/contracts';

const shortest = 12;
const longest = 128;

/** What is tried first, where the length alone would let it pass: as letters and digits only, in lower case. */
const denied = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456789123',
  '1234567891234',
  '0123456789012',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'abcdefghijkl',
  'abcdefghijklm',
  'abcdefghijklmnopqrstuvwxyz',
  'administrator',
  'changemeplease',
  'correcthorsebatterystaple',
  'firmbridge123',
  'firmbridge1234',
  'firmbridgeadmin',
  'iloveyouforever',
  'letmeinplease',
  'loginpassword',
  'mypassword123',
  'mypassword1234',
  'password1234',
  'password12345',
  'password123456',
  'password2025',
  'password2026',
  'password2027',
  'passwordpassword',
  'qazwsxedcrfv',
  'qwerty123456',
  'qwertyqwerty',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiopas',
  'qwertyuiopasdf',
  'qwertyuiopasdfghjkl',
  'supersecret123',
  'welcome12345',
  'welcome123456',
]);

/** As it is hashed: the same characters typed on another keyboard are the same password. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Throws with the sentence that says what is wrong, for the person who chooses it. `email` must be normalised. */
export function requireGoodPassword(password: string, email: string): void {
  const length = [...normalisePassword(password)].length;
  if (length < shortest) throw refused('too_short', `A password needs at least ${shortest} characters.`);
  if (length > longest) throw refused('too_long', `A password has at most ${longest} characters.`);
  if (containsEmail(password, email)) throw refused('contains_email', 'The e-mail address is no secret: leave it out.');
  if (isCommon(password)) throw refused('too_common', 'This password is among the first that are tried.');
}

function refused(problem: string, sentence: string): AppError {
  return new AppError('validation', `password.${problem}`, sentence);
}

function containsEmail(password: string, email: string): boolean {
  const text = password.toLowerCase();
  const name = email.slice(0, email.indexOf('@'));
  return text.includes(email) || simplified(text) === simplified(name) || simplified(text) === simplified(email);
}

function isCommon(password: string): boolean {
  const text = simplified(password);
  // What has neither a letter nor a digit cannot be looked up: at least it must not be one character over and over.
  if (text === '') return new Set(password).size < 4;
  return denied.has(text) || repeats(text);
}

function simplified(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** `abcabcabcabc`: a few characters over and over. */
function repeats(text: string): boolean {
  return /^(.{1,4})\1{2,}.{0,3}$/su.test(text);
}
