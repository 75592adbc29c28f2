import { readFileSync } from 'node:fs';
import path from 'node:path';
import { contractsByType, defineCommand, defineEvent, defineQuery, type MessageContract } from '@firmbridge/contracts';
import { topology } from '@firmbridge/messaging';
import { z } from 'zod';
import { renderMessages } from './page.mjs';

const sendLetter = defineCommand({
  name: 'post.send-letter.v1',
  needs: 'runs.start',
  summary: 'Send a letter.',
  lanes: ['fast', 'slow'],
  data: z.object({
    pages: z.array(z.object({ text: z.string().nullable(), note: z.string().optional() })).max(3),
    postage: z.enum(['a', 'b']).describe('The class of the stamp.'),
  }),
  example: { pages: [{ text: 'Dear Ms. Tenbrook' }], postage: 'a' },
});
const letterSent = defineEvent({
  name: 'post.letter-sent.v2',
  summary: 'A letter was sent.',
  data: z.object({}),
  example: {},
});
const findLetter = defineQuery({
  name: 'post.find-letter.v1',
  needs: { services: ['post', 'desk'] },
  summary: 'Where a letter is.',
  data: z.object({}),
  reply: z.object({ place: z.string() }),
  example: {},
  replyExample: { place: 'Arlington' },
});

const postTopology = {
  version: 1,
  queues: [
    {
      name: 'post.send-fast',
      owner: 'post',
      bindings: [{ source: sendLetter, lane: 'fast' }],
      concurrency: 2,
      retryDelaysMs: [500],
    },
  ],
  streams: [{ name: 'all', source: { exchange: 'events', pattern: 'post.#' }, maxAge: '1D', maxBytes: 1e9 }],
} as const;

describe('docs/messages.md', () => {
  const page = renderMessages({ contracts: contractsByType.values(), topology });

  it('is what the contracts and the topology say; else npm run messages', () => {
    const committed = readFileSync(path.resolve(import.meta.dirname, '../../docs/messages.md'), 'utf8');
    expect(committed).toBe(page);
  });

  it('names every contract and every queue', () => {
    const names = [...contractsByType.values(), ...topology.queues, ...topology.streams].map(({ name }) => name);
    expect(names.filter((name) => !page.includes(name))).toEqual([]);
  });

  it('links to headings that it has', () => {
    const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase().replaceAll(' ', '-').replaceAll('.', ''),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(new Set(anchors).size).toBe(anchors.length);
    expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([]);
  });
});

describe('renderMessages', () => {
  const contracts: MessageContract[] = [sendLetter, letterSent, findLetter];
  const page = renderMessages({ contracts, topology: postTopology });

  it('tells who keeps a message, by lane and by pattern', () => {
    expect(page).toContain('- Carried out by post\n');
    expect(page).toContain('routing key `post.send-letter.fast` or `post.send-letter.slow`');
    expect(page).toContain('- Kept by `post.send-fast`');
    expect(page).toContain('- Published by post\n');
    expect(page).toContain('- Kept by `all`');
    expect(page).toMatch(/`post.send-fast` +\| `post.send-letter.fast` +\| 2 +\| 0.5 s/);
  });

  it('tells who may', () => {
    expect(page).toContain('- Needs the permission `runs.start`\n');
    expect(page).toContain('- Only for post and desk\n');
  });

  it('tells what its fields are and what they mean', () => {
    expect(page).toMatch(/`pages` +\| list of objects, 0 to 3 +\|/);
    expect(page).toMatch(/`pages\[\].text` +\| string or null +\|/);
    expect(page).toMatch(/`pages\[\].note` +\| string, optional +\|/);
    expect(page).toMatch(/`postage` +\| `a`, `b` +\| The class of the stamp. +\|/);
  });

  it('shows an example of what is said, and of what is answered', () => {
    expect(page).toContain('{\n  "pages": [{ "text": "Dear Ms. Tenbrook" }],\n  "postage": "a"\n}\n');
    expect(page).toContain('The answer:\n\n| Field');
    expect(page).toContain('{\n  "place": "Arlington"\n}\n');
  });
});
