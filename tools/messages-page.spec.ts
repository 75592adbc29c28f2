import { readFileSync } from 'node:fs';
import path from 'node:path';
import { contractsByType, defineCommand, defineEvent } from '@firmbridge/contracts';
import { topology } from '@firmbridge/messaging';
import { z } from 'zod';
import { renderMessages } from './messages-page.mjs';

describe('docs/messages.md', () => {
  it('is what the contracts and the topology say; else npm run messages after a build', () => {
    const committed = readFileSync(path.resolve(import.meta.dirname, '../docs/messages.md'), 'utf8');
    expect(committed).toBe(renderMessages({ contracts: contractsByType.values(), topology }));
  });

  it('names every contract and every queue', () => {
    const page = renderMessages({ contracts: contractsByType.values(), topology });
    const names = [...contractsByType.values(), ...topology.queues, ...topology.streams].map(({ name }) => name);
    expect(names.filter((name) => !page.includes(name))).toEqual([]);
  });

  it('tells who consumes a message, by lane and by pattern, and what its fields are', () => {
    const send = defineCommand({
      name: 'post.send-letter.v1',
      summary: 'Send a letter.',
      lanes: ['fast', 'slow'],
      data: z.object({
        pages: z.array(z.object({ text: z.string().nullable() })).max(3),
        postage: z.enum(['a', 'b']),
      }),
    });
    const sent = defineEvent({ name: 'post.letter-sent.v2', summary: 'A letter was sent.', data: z.object({}) });
    const page = renderMessages({
      contracts: [send, sent],
      topology: {
        version: 1,
        queues: [
          {
            name: 'post.send-fast',
            owner: 'post',
            bindings: [{ source: send, lane: 'fast' }],
            concurrency: 2,
            retryDelaysMs: [500],
          },
        ],
        streams: [{ name: 'all', source: { exchange: 'events', pattern: 'post.#' }, maxAge: '1D', maxBytes: 1e9 }],
      },
    });
    expect(page).toContain('routing key `post.send-letter.fast` or `post.send-letter.slow`');
    expect(page).toContain('- Consumed by `post.send-fast`');
    expect(page).toContain('- Consumed by `all`');
    expect(page).toMatch(/`pages` +\| list of objects, 0 to 3/);
    expect(page).toMatch(/`pages\[\].text` +\| string or null/);
    expect(page).toMatch(/`postage` +\| `a`, `b`/);
    expect(page).toMatch(/`post.send-fast` +\| `post.send-letter.fast` +\| 2 +\| 0.5 s/);
  });
});
