import { z } from 'zod';

const requests = z.object({ counts: z.record(z.string(), z.number()) });
const ghlFacts = z.object({ clientId: z.string(), clientSecret: z.string() });

/** What happens behind the providers' backs, over HTTP. */
export class SandboxControl {
  constructor(readonly url: string) {}

  async ghlApp(): Promise<z.output<typeof ghlFacts>> {
    return ghlFacts.parse(await this.call('GET', '/ghl/facts'));
  }

  /** Whether Clio's refresh tokens are good for one use only, as one source claims. */
  async rotateClioRefreshTokens(isOn: boolean): Promise<void> {
    await this.call('PATCH', '/clio/switches', { refreshTokenRotates: isOn });
  }

  async slowTokenEndpoint(ms: number): Promise<void> {
    await this.call('POST', '/faults', { path: '/oauth/token', fault: { kind: 'latency', ms } });
  }

  async clearFaults(): Promise<void> {
    await this.call('DELETE', '/faults');
  }

  async create(collection: string, values: object, region: string): Promise<void> {
    await this.call('POST', `/clio/records/${collection}?region=${region}`, values);
  }

  /** Calls of token endpoints that have ended, however. */
  async tokenCalls(): Promise<number> {
    const { counts } = requests.parse(await this.call('GET', '/requests'));
    return Object.entries(counts).reduce(
      (sum, [call, count]) => (call.endsWith('/oauth/token') ? sum + count : sum),
      0,
    );
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const json = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}/control${path}`, { method, ...json });
    if (!answer.ok) throw new Error(`The sandbox refused ${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  }
}
