import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { openLocalBroker, TestGateway, token, type TestBroker } from '../../gateway/test/gateway-harness.js';
import { run } from './cli-harness.js';

const list = ['dead-letters', 'list'];

describe('the environment', () => {
  it('must name the token, and the sentence says where to find it', async () => {
    const { exitCode, told } = await run(list, {});
    expect([exitCode, told]).toEqual([
      2,
      'FIRMBRIDGE_TOKEN is not set. It is the start-up token: Firmbridge prints it at its start, in the address of the dashboard behind `?token=`.',
    ]);
  });

  it('must name an address', async () => {
    const { exitCode, told } = await run(list, { env: { FIRMBRIDGE_URL: 'ftp://here', FIRMBRIDGE_TOKEN: token } });
    expect([exitCode, told]).toEqual([2, 'FIRMBRIDGE_URL must be an http:// or https:// address.']);
  });
});

describe('with a gateway', () => {
  let broker: TestBroker;
  let gateway: TestGateway;
  beforeAll(async () => {
    broker = await openLocalBroker();
    gateway = new TestGateway(broker);
    await gateway.start('audit-log');
  }, 60_000);
  afterAll(async () => {
    await gateway.stop();
    await broker.close();
  }, 60_000);

  it('the address of the dashboard, as it is printed, is enough', async () => {
    const { exitCode } = await run(list, { env: { FIRMBRIDGE_URL: `${gateway.url}/?token=${token}` } });
    expect(exitCode).toBe(0);
  });

  it('a wrong token is refused with where to find the right one', async () => {
    const { exitCode, told } = await run(list, { env: { FIRMBRIDGE_URL: gateway.url, FIRMBRIDGE_TOKEN: 'wrong' } });
    expect([exitCode, told]).toEqual([
      1,
      expect.stringMatching(
        /^The API key is unknown, revoked or expired, or the start-up token is wrong\.\nSet FIRMBRIDGE_TOKEN/,
      ),
    ]);
  });

  it('a service that is away is named, with the id to look for', async () => {
    const { exitCode, told } = await run(['replay', 'list'], {
      env: { FIRMBRIDGE_URL: gateway.url, FIRMBRIDGE_TOKEN: token },
    });
    expect([exitCode, told]).toEqual([
      1,
      expect.stringMatching(/^No mapping is listening\.\n.*\nCorrelation id: [0-9a-f-]{36}$/),
    ]);
  });
});

describe('without a gateway', () => {
  let server: Server | null = null;
  afterEach(() => server?.close());

  async function listen(listener: RequestListener): Promise<string> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const ask = (url: string) => run(list, { env: { FIRMBRIDGE_URL: url, FIRMBRIDGE_TOKEN: token } });

  it('an address where nothing answers is named', async () => {
    const url = await listen(() => undefined);
    server?.close();
    const { exitCode, told } = await ask(url);
    expect([exitCode, told]).toEqual([1, expect.stringContaining(`Nothing answers at ${url} (ECONNREFUSED).`)]);
  });

  it.each([200, 404, 502])('a web page with status %s is not taken for an answer', async (status) => {
    const url = await listen((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end('<!doctype html><title>Other</title>');
    });
    const { exitCode, told } = await ask(url);
    expect([exitCode, told]).toEqual([1, expect.stringContaining(`What answers at ${url} is not a gateway`)]);
  });

  it('a person who stops it is believed', async () => {
    const stop = new AbortController();
    const url = await listen(() => stop.abort());
    const outcome = await run(list, { env: { FIRMBRIDGE_URL: url, FIRMBRIDGE_TOKEN: token }, signal: stop.signal });
    expect([outcome.exitCode, outcome.told]).toEqual([1, 'Stopped.']);
  });
});

describe('the help', () => {
  it('is printed when it is asked for', async () => {
    const { exitCode, printed } = await run(['dead-letters', 'resend', '--help'], {});
    expect([exitCode, printed]).toEqual([0, expect.stringContaining('Usage: firmbridge dead-letters resend')]);
  });

  it.each([[[]], [['dead-letters']], [['unicorns']], [['dead-letters', 'lsit']]])(
    'is pointed at for %j',
    async (argv) => {
      const { exitCode, printed, told } = await run(argv, {});
      expect([exitCode, printed]).toEqual([2, '']);
      expect(told).toMatch(/Usage:|--help/);
    },
  );

  it('offers only commands that work, and tells of the environment', async () => {
    const { printed } = await run(['--help'], {});
    expect(printed.match(/^ {2}[a-z-]+(?= {2,}| \[)/gm)?.map((name) => name.trim())).toEqual([
      'dead-letters',
      'replay',
      'keys',
      'help',
    ]);
    expect(printed).toContain('FIRMBRIDGE_TOKEN');
  });
});
