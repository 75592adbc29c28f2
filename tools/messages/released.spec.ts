import { contractsByType, defineCommand, defineEvent, defineQuery, type MessageContract } from '@firmbridge/contracts';
import { z } from 'zod';
import { readReleased } from './released-files.mjs';
import { compareWithReleased, schemaDocuments } from './released.mjs';

describe('the released schemas', () => {
  const { breaking, unreleased } = compareWithReleased(contractsByType.values(), readReleased());

  it('are not broken by the present contracts', () => {
    expect(breaking).toEqual([]);
  });

  it('are there for every message', () => {
    expect(unreleased).toEqual([]);
  });
});

const state = z.enum(['sent', 'lost']);
const text = z.object({ text: z.string() });

const event = (data: z.ZodType, exchange: 'entities' | 'events' = 'entities', name = 'post.letter-sent.v1') =>
  defineEvent({ name, summary: 'A letter was sent.', exchange, data });
const command = (data: z.ZodType, lanes?: string[]) =>
  defineCommand({
    name: 'post.send-letter.v2',
    needs: 'runs.start',
    summary: 'Send a letter.',
    data,
    ...(lanes ? { lanes } : {}),
  });
const query = (data: z.ZodType, reply: z.ZodType) =>
  defineQuery({ name: 'post.find-letter.v1', needs: 'runs.read', summary: 'Where a letter is.', data, reply });

const compare = (released: MessageContract, present: MessageContract) =>
  compareWithReleased([present], schemaDocuments([released]));

const envelopeWith = (properties: object) => {
  const documents = schemaDocuments([]);
  const envelope = documents.get('envelope') as { properties: object };
  return documents.set('envelope', { ...envelope, properties: { ...envelope.properties, ...properties } });
};

describe('compareWithReleased', () => {
  it('says what breaks whom, where, and what to do instead', () => {
    expect(compare(event(text), event(z.object({}))).breaking).toEqual([
      'post.letter-sent.v1 would break its readers at data.text: it was removed. Leave it as it is and publish post.letter-sent.v2 beside it.',
    ]);
    expect(compare(command(z.object({})), command(text)).breaking).toEqual([
      'post.send-letter.v2 would break its senders at data.text: it is required now. Leave it as it is and publish post.send-letter.v3 beside it.',
    ]);
  });

  it('judges a question as its senders do and the answer as its readers do', () => {
    const more = z.object({ text: z.string(), more: z.string() });
    expect(compare(query(text, more), query(more, text)).breaking).toEqual([
      expect.stringContaining('would break its senders at data.more: it is required now'),
      expect.stringContaining('would break its readers at reply.more: it was removed'),
    ]);
    expect(compare(query(more, text), query(more.partial(), more)).breaking).toEqual([]);
  });

  it('takes a new value for a break of public events only', () => {
    const more = z.enum([...state.options, 'burnt']);
    expect(compare(event(state), event(more)).breaking).toEqual([
      expect.stringContaining('data: it may be `burnt` now, which readers do not know'),
    ]);
    expect(compare(event(state, 'events'), event(more, 'events')).breaking).toEqual([]);
    expect(compare(query(text, state), query(text, more)).breaking).toEqual([]);
    expect(compare(command(more), command(state)).breaking).toEqual([
      expect.stringContaining('data: it may not be `burnt` any more'),
    ]);
  });

  it('takes a move for a break, but not another lane', () => {
    expect(compare(event(text, 'events'), event(text, 'entities')).breaking).toEqual([
      expect.stringContaining(
        'its place: it was event on events: post.letter-sent and is event on entities: post.letter-sent.',
      ),
    ]);
    expect(compare(command(text, ['fast']), command(text, ['fast', 'slow'])).breaking).toEqual([]);
    expect(compare(command(text, ['fast', 'slow']), command(text, ['fast'])).breaking).toEqual([
      expect.stringContaining('it was command on commands: post.send-letter.slow'),
    ]);
  });

  it('takes what changes in the envelope for a break of all messages', () => {
    expect(compareWithReleased([], envelopeWith({})).breaking).toEqual([]);
    expect(compareWithReleased([], envelopeWith({ region: { type: 'string' } })).breaking).toEqual([
      'The envelope would break every reader at region: it was removed. It has no second version: leave it.',
    ]);
  });

  it('takes the end of a message for a break until its schema goes, too', () => {
    const released = schemaDocuments([event(text), query(text, text)]);
    expect(compareWithReleased([event(text)], released).breaking).toEqual([
      expect.stringContaining('post.find-letter.v1 is released and has no contract any more'),
      expect.stringContaining('delete docs/events/schemas/post.find-letter.v1.reply.json in the same change'),
    ]);
    released.delete('post.find-letter.v1');
    released.delete('post.find-letter.v1.reply');
    expect(compareWithReleased([event(text)], released)).toEqual({ breaking: [], unreleased: [] });
  });

  it('tells what was never released', () => {
    expect(compareWithReleased([query(text, text)], new Map())).toEqual({
      breaking: [],
      unreleased: [
        'envelope has no released schema: release it with npm run messages -- --release.',
        'post.find-letter.v1 has no released schema: release it with npm run messages -- --release.',
        'post.find-letter.v1.reply has no released schema: release it with npm run messages -- --release.',
      ],
    });
  });

  it('lets a new major stand beside the old one', () => {
    const next = event(z.object({}), 'entities', 'post.letter-sent.v2');
    const { breaking } = compareWithReleased([event(text), next], schemaDocuments([event(text)]));
    expect(breaking).toEqual([]);
  });
});
