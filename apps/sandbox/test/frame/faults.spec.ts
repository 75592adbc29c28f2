import { createSandbox, type Fault, type FaultRuleInput, type Sandbox } from '../../src/index.js';
import { bodyOf } from '../clio/clio-caller.js';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await createSandbox({ matters: 10, clio: { switches: { requestsPerMinute: null } } });
});
afterEach(() => sandbox.stop());

async function ask(path = '/matters.json?fields=id,description', init: RequestInit = {}): Promise<Response> {
  const { accessToken } = sandbox.control.clio.issueTokens();
  const headers = { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' };
  return fetch(`${sandbox.clioOrigin}/api/v4${path}`, { headers, ...init });
}

const suffer = (fault: Fault, rule: Partial<FaultRuleInput> = {}) => sandbox.control.faults.add({ fault, ...rule });
const outcome = () =>
  ask().then(
    ({ status }) => status,
    () => 'broken',
  );

describe('faults', () => {
  it('answer with a status as often as they were asked to, after as many requests as they were asked to leave alone', async () => {
    suffer({ kind: 'status', status: 503, headers: { 'Retry-After': '7' } }, { after: 1, times: 2 });
    expect([await outcome(), await outcome(), await outcome(), await outcome()]).toEqual([200, 503, 503, 200]);
  });

  it('strike only the provider, method and path they name', async () => {
    suffer({ kind: 'status', status: 500 }, { provider: 'clio', method: 'get', path: '/api/v4/contacts*' });
    expect((await ask('/contacts.json')).status).toBe(500);
    expect((await ask(`/contacts/${sandbox.control.clio.idAt('contacts', 0)}.json`)).status).toBe(500);
    expect((await ask('/matters.json')).status).toBe(200);
    sandbox.control.faults.clear();
    suffer({ kind: 'status', status: 500 }, { provider: 'ghl' });
    expect(await outcome()).toBe(200);
  });

  it('strike with a probability that the seed decides', async () => {
    suffer({ kind: 'status', status: 500 }, { probability: 0.5 });
    const outcomes = await Promise.all(Array.from({ length: 60 }, outcome));
    const failed = outcomes.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(12);
    expect(failed).toBeLessThan(48);
  });

  it('hold an answer back', async () => {
    suffer({ kind: 'latency', ms: 150 });
    const startedAt = performance.now();
    expect(await outcome()).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThan(140);
  });

  it('cut the body short', async () => {
    suffer({ kind: 'truncated-body' });
    const response = await ask();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('send a web page instead of JSON', async () => {
    suffer({ kind: 'html-body', status: 502 });
    const response = await ask();
    expect(response.status).toBe(502);
    expect(await response.text()).toContain('<html>');
  });

  it('reset the connection', async () => {
    suffer({ kind: 'reset-connection' });
    expect(await outcome()).toBe('broken');
  });

  it('spoil one record of a page and leave the others as they are', async () => {
    const { data: sound } = await bodyOf(ask());
    suffer({ kind: 'malformed-record', index: 1, how: 'wrong-type' }, { times: 1 });
    const { data } = await bodyOf(ask());
    expect(data[1]).toEqual({ id: sound[1].id, description: { unexpected: true } });
    expect([data[0], ...data.slice(2)]).toEqual([sound[0], ...sound.slice(2)]);
    suffer({ kind: 'malformed-record', index: 0, how: 'null-id' });
    expect((await bodyOf(ask())).data[0]).toEqual({ ...sound[0], id: null });
  });

  it('lead every page back to the first one', async () => {
    suffer({ kind: 'repeated-page', what: 'address' });
    const first = await bodyOf(ask('/matters.json?fields=id&limit=4'));
    const next = await bodyOf(ask(first.meta.paging.next.split('/api/v4')[1]));
    expect(next).toEqual(first);
  });

  it('give every page the records of the first one under its own address', async () => {
    const sound = await bodyOf(ask('/matters.json?fields=id&limit=4'));
    const nextPath = sound.meta.paging.next.split('/api/v4')[1];
    const { meta } = await bodyOf(ask(nextPath));
    suffer({ kind: 'repeated-page', what: 'records' });
    expect(await bodyOf(ask('/matters.json?fields=id&limit=4'))).toEqual(sound);
    expect(await bodyOf(ask(nextPath))).toEqual({ data: sound.data, meta });
  });

  it('break the connection after a write was done, so that its caller cannot know', async () => {
    suffer({ kind: 'reset-connection' }, { method: 'POST', times: 1, afterEffect: true });
    const before = sandbox.control.clio.count('contacts');
    const body = JSON.stringify({ data: { type: 'Person', name: 'Maybe Created' } });
    await expect(ask('/contacts.json', { method: 'POST', body })).rejects.toThrow();
    expect(sandbox.control.clio.count('contacts')).toBe(before + 1);
  });

  it('are set, listed and removed over HTTP', async () => {
    const control = `${sandbox.url}/control/faults`;
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ provider: 'clio', fault: { kind: 'status', status: 500 } });
    const { id } = await bodyOf(fetch(control, { method: 'POST', headers, body }));
    expect(await outcome()).toBe(500);
    expect(await bodyOf(fetch(control))).toMatchObject([{ id, fired: 1 }]);
    expect((await fetch(`${control}/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await outcome()).toBe(200);
    const wrong = await fetch(control, { method: 'POST', headers, body: '{"fault":{"kind":"flood"}}' });
    expect(wrong.status).toBe(422);
  });
});
