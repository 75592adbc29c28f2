import { ClioCaller } from './clio-caller.js';

let clio: ClioCaller;
let nowMs = Date.parse('2026-06-01T12:00:00Z');
beforeEach(async () => {
  clio = await ClioCaller.start({
    matters: 10,
    clock: () => new Date(nowMs),
    clio: { switches: { requestsPerMinute: 50 } },
  });
});
afterEach(() => clio.stop());

const ask = () => clio.ask('/currencies.json');
const askTimes = async (count: number) => {
  for (let n = 0; n < count; n += 1) await ask();
};

describe('the rate limit', () => {
  it('says on every answer what is left and when the window ends', async () => {
    const { headers } = await ask();
    expect(headers.get('x-ratelimit-limit')).toBe('50');
    expect(headers.get('x-ratelimit-remaining')).toBe('49');
    expect(headers.get('x-ratelimit-reset')).toBe(String(nowMs / 1000 + 60));
    expect((await clio.ask('/nothing.json')).headers.get('x-ratelimit-remaining')).toBe('48');
  });

  it('answers 429 to the request after the last, with the seconds to wait', async () => {
    await askTimes(50);
    nowMs += 12_000;
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('48');
    expect(refused.body.error).toEqual({ type: 'RateLimited', message: expect.any(String) });
  });

  it('slides: fifty at the end of one minute leave nothing for the start of the next', async () => {
    await ask();
    nowMs += 59_000;
    await askTimes(49);
    nowMs += 1_000;
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(429);
    nowMs += 58_999;
    expect((await ask()).status).toBe(429);
    nowMs += 1;
    expect((await ask()).status).toBe(200);
  });

  it('counts each access token for itself', async () => {
    await askTimes(50);
    expect((await ask()).status).toBe(429);
    clio.renewToken();
    expect((await ask()).status).toBe(200);
  });

  it('counts what changed nothing and what was refused for other reasons', async () => {
    const id = clio.control.idAt('matters', 0);
    const { body } = await clio.ask(`/matters/${id}.json`);
    const known = await clio.ask(`/matters/${id}.json`, { headers: { 'If-None-Match': body.data.etag } });
    expect(known.status).toBe(304);
    expect(known.headers.get('x-ratelimit-remaining')).toBe('48');
  });

  it('changes without notice, and can be lifted', async () => {
    await askTimes(10);
    clio.control.setRateLimit(5);
    expect((await ask()).status).toBe(429);
    clio.control.setRateLimit(null);
    expect((await ask()).status).toBe(200);
  });
});
