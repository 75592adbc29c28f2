import type { RawOutgoing } from '@firmbridge/messaging';
import { deadLetterHeader, type StoredProperties } from './dead-letter.js';

/** What of a letter is sent again. */
export interface LetterToSend {
  readonly deadLetterId: string;
  readonly properties: StoredProperties;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** Of the attempts before: without them the retry ladder begins again. */
const headersOfFailure = /^(x-attempt|x-error-code|x-error-message|x-failed-at)$/;

/** The message as it was, addressed to one queue by its full name, with the name of the letter it has been meanwhile. */
export function messageAgain({ deadLetterId, properties, headers, body }: LetterToSend, queue: string): RawOutgoing {
  const own = Object.entries(headers).filter(([name, value]) => !headersOfFailure.test(name) && isPlain(value));
  return {
    exchange: '',
    routingKey: queue,
    content: body,
    properties: {
      ...properties,
      headers: { ...Object.fromEntries(own), [deadLetterHeader]: deadLetterId },
      persistent: true,
      mandatory: true,
    },
  };
}

/** Anything else may have been kept in another form than it came in. */
function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
