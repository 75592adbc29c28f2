import { jest } from '@jest/globals';
import { clioApiPath, clioResources } from '@firmbridge/clio-api';
import { eventually } from '@firmbridge/testing';
import { PublishedSpecification } from '../../../libs/clio-api/test/published-specification.js';
import { finishedRun } from './finished-run.js';
import { startTestPlatform, type TestPlatform } from './test-platform.js';

jest.setTimeout(120_000);

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startTestPlatform({
    amqpUrl: null,
    only: ['audit-log', 'auth', 'mapping', 'ghl-sync', 'clio-sync'],
  });
  const ghl = await platform.demo.connect('ghl');
  const clio = await platform.demo.connect('clio');
  await platform.demo.pair(clio, ghl);
  await finishedRun(platform);
  const { control } = platform.sandbox;
  control.clio.edit('contacts', control.clio.idAt('contacts', 0), { title: 'Judge', first_name: 'Ada' });
  await finishedRun(platform, await platform.demo.startRun(clio.connectionId));
});

afterAll(async () => {
  await platform.stop();
});

const asked = () =>
  platform.sandbox.control.requests
    .recent()
    .filter(({ provider, path }) => provider === 'clio' && path.startsWith(clioApiPath))
    .map(({ method, path, query }) => ({
      method: method.toLowerCase(),
      path: path.slice(clioApiPath.length).replace(/\/\d+\.json$/, '/{id}.json'),
      query: new URLSearchParams(query),
    }));

const published = PublishedSpecification.read();
const whenPublished = published ? it : it.skip;

whenPublished('asks Clio only by paths and parameters of its specification (skipped without ../shared)', () => {
  const requests = asked();
  expect(new Set(requests.map(({ path }) => path)).size).toBeGreaterThanOrEqual(20);
  const unknown = requests.flatMap(({ method, path, query }) => {
    if (!published?.has(path, method)) return [`${method} ${path}`];
    const parameters = published.parameters(path);
    return [...query.keys()].filter((name) => !parameters.includes(name)).map((name) => `${path}?${name}`);
  });
  expect(unknown).toEqual([]);
});

it('asks Clio for the fields of the catalogue and for no others', () => {
  const known: string[] = Object.values(clioResources).map(({ fields }) => fields);
  const strange = asked().flatMap(({ path, query }) => {
    const fields = query.get('fields');
    const isSignIn = path === '/users/who_am_i.json' && fields === 'id,name,account{id,name}';
    return fields === null || known.includes(fields) || isSignIn ? [] : [`${path}: ${fields}`];
  });
  expect(strange).toEqual([]);
});

it('carries a changed contact to the paired GHL location and keeps the link', async () => {
  const [contact] = await eventually(async () => {
    const found = await platform.demo.entities('contact');
    const linked = found.filter(({ links }) => links.some(({ provider }) => provider === 'ghl'));
    return linked.length > 0 ? linked : null;
  });
  expect(contact?.links.map(({ provider }) => provider).sort()).toEqual(['clio', 'ghl']);
  const calls = await platform.demo.transactions();
  const made = calls.find(({ operation, status }) => operation === 'ghl.contacts.create' && status === 201);
  expect(made).toMatchObject({
    service: 'ghl-sync',
    method: 'POST',
    path: '/ghl/contacts/',
    status: 201,
    errorCode: null,
  });
});

it('records every attempt of every call with who, what, how long and what was left, and no token', async () => {
  const calls = await platform.demo.transactions();
  // A write is made in the name of whoever changed the other side.
  const lists = calls.filter(({ service, method }) => service === 'clio-sync' && method === 'GET');
  expect(lists.length).toBeGreaterThan(0);
  expect(
    lists.every(
      ({ actor, status, rateLimit, durationMs }) =>
        actor === 'system:clio-sync' && status === 200 && rateLimit !== null && durationMs >= 0,
    ),
  ).toBe(true);
  expect(JSON.stringify(calls)).not.toMatch(/Bearer|access_token|refresh_token/i);
});
