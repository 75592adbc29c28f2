import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Parser, type AsyncAPIDocumentInterface, type Diagnostic } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import { AppError, contractsByType } from '@firmbridge/contracts';
import { topology } from '@firmbridge/messaging';
import { parse } from 'yaml';
import { encodeFailure } from '../../../libs/messaging/src/query-wire.js';
import { renderAsyncApi } from './document.mjs';

const root = path.resolve(import.meta.dirname, '../../..');
const committed = readFileSync(path.join(root, 'docs/events/asyncapi.yaml'), 'utf8');
const contracts = [...contractsByType.values()];

describe('docs/events/asyncapi.yaml', () => {
  it('is what the contracts and the topology say; else npm run messages', () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'libs/contracts/package.json'), 'utf8')) as {
      version: string;
    };
    expect(committed).toBe(renderAsyncApi({ contracts, topology, version }));
  });

  it('shows first what others may subscribe to', () => {
    const { operations } = parse(committed) as { operations: Record<string, { action: string }> };
    const [first] = Object.entries(operations);
    expect(first).toEqual(['receive.entity.account.created.v1', expect.objectContaining({ action: 'receive' })]);
  });

  it('describes an answer that failed as it travels', () => {
    const { components } = parse(committed) as { components: { schemas: { QueryFailure: object } } };
    const isFailure = new Ajv().compile(components.schemas.QueryFailure);
    const errors = [
      new AppError('rate_limited', 'clio.rate_limited', 'Wait.', { retryAfterMs: 10 }),
      new Error('any other'),
    ];
    const answers = errors.map((error) => JSON.parse(encodeFailure(error, 'auth').toString()) as unknown);
    expect(answers.map((answer) => isFailure(answer))).toEqual([true, true]);
  });

  describe('to the official parser', () => {
    let document: AsyncAPIDocumentInterface | undefined;
    let diagnostics: Diagnostic[];

    beforeAll(async () => {
      ({ document, diagnostics } = await new Parser().parse(committed));
    }, 120_000);

    it('has no error, and no warning but that a newer version of AsyncAPI exists', () => {
      const worth = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
      expect(worth.map(({ code, message, path: place }) => `${code} at ${place.join('.')}: ${message}`)).toEqual([]);
      expect(document?.version()).toBe('3.0.0');
    });

    it('has every message with an example, and an answer for every query', () => {
      const messages = new Map(
        document
          ?.components()
          .messages()
          .all()
          .map((message) => [message.id(), message]),
      );
      const wanted = contracts.flatMap(({ kind, name }) => (kind === 'query' ? [name, `${name}.reply`] : [name]));
      expect([...messages.keys()].toSorted()).toEqual(wanted.toSorted());
      expect([...messages.values()].filter((message) => message.examples().length === 0)).toEqual([]);
    });

    it('has an operation for every message, with its reply for every query', () => {
      const operations = document?.operations().all() ?? [];
      const named = new Set(
        operations.flatMap((each) =>
          each
            .messages()
            .all()
            .map((message) => message.id()),
        ),
      );
      expect(contracts.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([]);
      const asked = operations.filter((each) => each.id()?.startsWith('ask.'));
      expect(asked.map((each) => each.reply()?.messages().all()[0]?.id()).toSorted()).toEqual(
        contracts.flatMap(({ kind, name }) => (kind === 'query' ? [`${name}.reply`] : [])).toSorted(),
      );
    });
  });
});
