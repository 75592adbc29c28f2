import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { request, type Agent } from 'node:http';
import { pick } from './clio-story.js';

/** A subscription as Clio knows it. */
export interface Hook {
  readonly url: string;
  readonly secret: string;
}

export interface Delivery {
  readonly method: 'POST' | 'GET';
  readonly url: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes that are promised beyond those that come. */
  readonly withheld?: number;
}

export const sign = (secret: string, body: Buffer) => createHmac('sha256', secret).update(body).digest('hex');

export function aBody(recordId: number): Buffer {
  const data = { id: recordId, etag: randomUUID(), updated_at: new Date().toISOString() };
  return Buffer.from(JSON.stringify({ data, meta: { event: 'updated', webhook_id: 1 } }));
}

export function genuine({ url, secret }: Hook, body: Buffer): Delivery {
  return { method: 'POST', url, body, headers: signed(sign(secret, body)) };
}

const signed = (signature: string) => ({ 'X-Hook-Signature': signature });

export interface Known {
  readonly hooks: readonly Hook[];
  /** Deliveries that were taken. */
  readonly taken: readonly Delivery[];
  readonly recordIds: readonly number[];
  readonly random: () => number;
}

type Forge = (known: Known, hook: Hook) => Delivery;

/** Ways to make up a delivery, or to make one of those that were overheard. */
export const forgeries = {
  unsigned: (known, { url }) => ({ method: 'POST', url, body: someBody(known), headers: {} }),
  'with a signature of nothing': (known, { url }) => ({
    ...{ method: 'POST', url, body: someBody(known) },
    headers: signed(randomBytes(32).toString(known.random() < 0.5 ? 'hex' : 'base64')),
  }),
  'with another secret': (known, { url }) => genuine({ url, secret: randomBytes(24).toString('hex') }, someBody(known)),
  'with the signature of another body': (known, { url }) => ({
    ...pick(known.random, known.taken),
    ...{ url, body: someBody(known) },
  }),
  'to another subscription': (known) => {
    const overheard = pick(known.random, known.taken);
    const others = known.hooks.filter(({ url }) => url !== overheard.url);
    return { ...overheard, url: pick(known.random, others).url };
  },
  'cut off': (known) => {
    const overheard = pick(known.random, known.taken);
    return { ...overheard, body: overheard.body.subarray(0, Math.floor(known.random() * overheard.body.length)) };
  },
  'broken off on the way': (known) => ({ ...pick(known.random, known.taken), withheld: 100 }),
  'with a signature of any form': (known, { url, secret }) => {
    const body = someBody(known);
    const right = sign(secret, body);
    const forms = [right.slice(1), `${right}0`, right.repeat(100), `sha256=${right}`, '', 'null', '%00'.repeat(20)];
    return { method: 'POST', url, body, headers: signed(pick(known.random, forms)) };
  },
  'with bytes that are no text': (known, { url }) => ({
    ...{ method: 'POST', url, body: randomBytes(Math.floor(known.random() * 4_000)) },
    headers: signed(randomBytes(32).toString('hex')),
  }),
  'to an unknown address': (known, { url }) => ({
    ...pick(known.random, known.taken),
    url:
      url.slice(0, url.lastIndexOf('/') + 1) +
      pick(known.random, [randomBytes(32).toString('base64url'), '..', '%', 'x']),
  }),
  'with a secret of its own': (known, { url }) => ({
    ...{ method: 'POST', url, body: Buffer.from('{"data":{"webhook_id":1}}') },
    headers: { 'X-Hook-Secret': randomBytes(24).toString('hex') },
  }),
  'by another method': (known) => ({ ...pick(known.random, known.taken), method: 'GET', body: Buffer.alloc(0) }),
  replayed: (known) => pick(known.random, known.taken),
} satisfies Record<string, Forge>;
export type Forgery = keyof typeof forgeries;
export const forgeryNames = Object.keys(forgeries) as Forgery[];

const someBody = ({ random, recordIds }: Known) => aBody(pick(random, recordIds));

/** The status of the answer; null when none came. */
export function post({ method, url, body, headers, withheld = 0 }: Delivery, agent: Agent): Promise<number | null> {
  const length = method === 'GET' ? {} : { 'Content-Length': String(body.length + withheld) };
  const sent = { 'Content-Type': 'application/json', ...length, ...headers };
  return new Promise((resolve) => {
    const sending = request(url, { method, agent, headers: sent }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? null));
      answer.once('error', () => resolve(null));
    });
    sending.once('error', () => resolve(null));
    if (withheld === 0) sending.end(body);
    else sending.write(body, () => sending.destroy());
  });
}
