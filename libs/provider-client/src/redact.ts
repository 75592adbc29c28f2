const mostBytes = 16 * 1024;
const tooLargeToRead = 1024 * 1024;

const secret = '[secret]';
const personal = '[personal]';

const cursorKeys = /^(page_token|next_page_token|searchAfter|startAfterId)$/i;
const secretKeys =
  /token|secret|passw|passphrase|authorization|cookie|credential|signature|api[-_]?key|private[-_]?key|client_?key|^(jwt|otp|pin|code_verifier)$/i;
// In a body these are an error's code or a bill's state.
const secretParameters = /^(code|key|state)$/i;
const personalKeys = new RegExp(
  [
    '^(first|last|middle|full|given|family|display|contact|company|client|user|maiden)?[-_]?name(lowercase)?$',
    '^(initials|prefix|suffix|title|display_?number|dob|ssn|tax_?id|ip|iban|gender)$',
    '^(number|fax|address_?\\d?|addresses|street|city|province|postal_?code|zip|country|field_?values?|values?)$',
    '^(notes?|description|detail|subject|body|memo|reference|query|q|search)$',
    'e-?mails?$|e-?mail_?addresses$|phones?$|phone_?numbers?$|web_?sites?$|birth',
  ].join('|'),
  'i',
);

/** A body as it may be kept: JSON without secrets and personal data, other text with addresses and tokens masked. */
export function redactBody(body: string | null, ownSecrets: readonly string[] = []): string | null {
  if (body === null || body === '') return null;
  if (body.length > tooLargeToRead) return `[${body.length} characters, not kept]`;
  return clip(redactText(redactJson(body) ?? redactForm(body) ?? body, ownSecrets));
}

/** A sentence with secrets, e-mail addresses and long numbers masked. */
export function redactText(text: string, ownSecrets: readonly string[] = []): string {
  return ownSecrets
    .filter((value) => value !== '')
    .reduce((masked, value) => masked.replaceAll(value, secret), text)
    .replace(/\b((?:access_|refresh_|id_)?token|client_secret|code)=[^&\s"'<>]+/gi, `$1=${secret}`)
    .replace(/\bBearer\s+[\w.~+/=-]+/gi, `Bearer ${secret}`)
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, secret)
    .replace(/[^\s"'<>@,;:()[\]]+@[^\s"'<>@,;:()[\]]+\.[a-z]{2,}/gi, personal)
    .replace(/(?<![\w.-])\+?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])|(?<![\w.-])\+\d{8,15}(?!\w)/g, personal);
}

/** Path and query as they may be kept. */
export function redactPath(url: URL): string {
  const query = redactParameters(url.searchParams);
  return query === '' ? url.pathname : `${url.pathname}?${query}`;
}

function redactForm(body: string): string | null {
  return /^[\w.%+[\]-]+=[^&\s<>{}]*(&[\w.%+[\]-]+=[^&\s<>{}]*)*$/.test(body)
    ? redactParameters(new URLSearchParams(body))
    : null;
}

function redactParameters(parameters: URLSearchParams): string {
  return [...parameters].map(([key, value]) => `${key}=${redactParameter(key, value)}`).join('&');
}

function redactParameter(key: string, value: string): string {
  const name = key.replace(/\[\]$/, '');
  if (secretParameters.test(name)) return secret;
  return replacement(name) ?? redactText(value);
}

function redactJson(body: string): string | null {
  try {
    return JSON.stringify(redactValue(JSON.parse(body)));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function redactValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactEntry(key, inner)]));
}

function redactEntry(key: string, value: unknown): unknown {
  if (value === null || typeof value === 'boolean' || value === '') return value;
  const replaced = replacement(key);
  if (replaced === null) return redactValue(value);
  // A structure under a personal name (`addresses: [...]`) keeps its shape; one under a secret name does not.
  if (replaced === secret || typeof value !== 'object') return replaced;
  return Array.isArray(value) ? value.map((inner) => redactEntry(key, inner)) : redactValue(value);
}

function replacement(key: string): string | null {
  if (cursorKeys.test(key)) return null;
  if (secretKeys.test(key)) return secret;
  return personalKeys.test(key) ? personal : null;
}

function clip(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= mostBytes) return text;
  const mark = ' [cut]';
  return (
    bytes
      .subarray(0, mostBytes - mark.length - 3)
      .toString('utf8')
      .replace(/\uFFFD+$/, '') + mark
  );
}
