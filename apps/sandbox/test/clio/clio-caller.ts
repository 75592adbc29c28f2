import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/index.js';

/** An answer is looked at, not trusted: a wrong shape fails the expectation that reads it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = any;

export async function bodyOf(response: Response | Promise<Response>): Promise<Loose> {
  return (await response).json();
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Loose;
}

export interface Ask {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly data?: unknown;
}

/** A sandbox and somebody who calls its Clio with a token. */
export class ClioCaller {
  private constructor(
    readonly sandbox: Sandbox,
    private token: string,
  ) {}

  /** Without a limit of requests, unless the options say otherwise. */
  static async start(options: SandboxOptions = {}): Promise<ClioCaller> {
    const clio = { ...options.clio, switches: { requestsPerMinute: null, ...options.clio?.switches } };
    const sandbox = await createSandbox({ ...options, clio });
    return new ClioCaller(sandbox, sandbox.control.clio.issueTokens().accessToken);
  }

  get control() {
    return this.sandbox.control.clio;
  }

  renewToken(): string {
    this.token = this.control.issueTokens().accessToken;
    return this.token;
  }

  /** A path behind /api/v4, or a whole URL such as `next`. */
  async ask(pathOrUrl: string, { method = 'GET', token = this.token, headers = {}, data }: Ask = {}): Promise<Answer> {
    const url = pathOrUrl.startsWith('http') ? pathOrUrl : `${this.sandbox.clioOrigin}/api/v4${pathOrUrl}`;
    const response = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
      ...(data === undefined ? {} : { body: JSON.stringify({ data }) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
  }

  /** Every record of a list, page after page, as one reads it who follows `next`. */
  async all(path: string): Promise<{ records: Loose[]; pages: number }> {
    const records: unknown[] = [];
    let pages = 0;
    for (let at: string | undefined = path; at !== undefined; pages += 1) {
      const { status, body }: Answer = await this.ask(at);
      if (status !== 200) throw new Error(`${at} answers ${status} ${JSON.stringify(body)}`);
      records.push(...body.data);
      at = body.meta.paging.next;
    }
    return { records, pages };
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }
}
