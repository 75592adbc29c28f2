import { ClioCaller, type Loose } from './clio-caller.js';

let clio: ClioCaller;
beforeAll(async () => {
  clio = await ClioCaller.start({ matters: 10 });
});
afterAll(() => clio.stop());

const first = async (path: string) => (await clio.ask(path)).body.data[0];

describe('the grammar of fields', () => {
  it('gives id and etag when nothing is asked', async () => {
    expect(Object.keys(await first('/matters.json'))).toEqual(['id', 'etag']);
    expect(Object.keys(await first('/clio_payments/payments.json'))).toEqual(['id']);
  });

  it('gives what is asked, in any order and with or without .json', async () => {
    expect(Object.keys(await first('/matters?fields=display_number,id,client{id,name}'))).toEqual([
      'display_number',
      'id',
      'client',
    ]);
  });

  it('gives the default fields of an association without braces', async () => {
    const { client, custom_field_values } = await first('/matters.json?fields=client,custom_field_values');
    expect(Object.keys(client)).toEqual(['id', 'etag']);
    expect(Object.keys(custom_field_values[0])).toEqual(['id', 'value']);
    const { email_addresses } = await first('/contacts.json?fields=email_addresses&email_only=true');
    expect(Object.keys(email_addresses[0])).toEqual(['id', 'etag']);
  });

  it('names an association inside braces, which comes with its default fields', async () => {
    const { matter } = await first('/activities.json?fields=matter{id,client}');
    expect(Object.keys(matter.client)).toEqual(['id', 'etag']);
  });

  it.each([
    ['an unknown field', 'id,nickname'],
    ['an unknown nested field', 'client{id,nickname}'],
    ['a second level of braces', 'client{id,company{id}}'],
    ['braces on a plain value', 'description{id}'],
    ['an open brace', 'client{id'],
    ['a trailing comma', 'id,'],
    ['spaces', 'id, etag'],
  ])('refuses %s with 400', async (_case, fields) => {
    const { status, body } = await clio.ask(`/matters.json?fields=${encodeURIComponent(fields)}`);
    expect(status).toBe(400);
    expect(body.error).toEqual({ type: 'ArgumentError', message: expect.any(String) });
  });

  it.each([true, false])('takes literal braces always and encoded ones when the switch says %s', async (accepted) => {
    clio.control.setSwitches({ encodedBracesAccepted: accepted });
    const encoded = await clio.ask('/matters.json?limit=1&fields=id,client%7Bid%7D');
    expect(encoded.status).toBe(accepted ? 200 : 400);
    const raw = await rawGet('/matters.json?limit=1&fields=id,client{id}');
    expect(raw.status).toBe(200);
    expect(raw.body.meta.paging.next).toContain('%7B');
    expect((await clio.ask(raw.body.meta.paging.next)).status).toBe(200);
    clio.control.setSwitches({ encodedBracesAccepted: true });
  });
});

/** fetch would encode the braces. */
async function rawGet(path: string): Promise<{ status: number; body: Loose }> {
  const { request } = await import('node:http');
  const { hostname, port } = new URL(clio.sandbox.url);
  const { accessToken } = clio.control.issueTokens();
  return new Promise((resolve, reject) => {
    const call = request(
      { hostname, port, path: `/clio/us/api/v4${path}`, headers: { Authorization: `Bearer ${accessToken}` } },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
      },
    );
    call.on('error', reject);
    call.end();
  });
}
