import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenCall {
  readonly path: string;
  readonly form: Record<string, string>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/** Decides on a token call instead of the usual answer; undefined leaves it to the server. */
export type TokenInterceptor = (call: TokenCall) => Promise<Answer | undefined> | Answer | undefined;

/**
 * Clio (one refresh token for ever) and GoHighLevel (each refresh token once) as far as sign-in goes, at `/clio/<region>` and
 * `/ghl`. A code is the id of the account it stands for.
 */
export class ProviderServer {
  readonly tokenCalls: TokenCall[] = [];
  readonly accountCalls: string[] = [];
  intercept: TokenInterceptor = () => undefined;
  /** Of new access tokens. */
  expiresIn = 3600;
  accountStatus = 200;
  reconnectCalls = 0;
  private readonly accounts = new Map<string, string>();
  private readonly grants = new Map<string, string>();
  private serial = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ProviderServer> {
    const server = createServer();
    const provider = new ProviderServer(server);
    server.on('request', (request, response) => void provider.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Makes a private token of a location valid. */
  allow(token: string, accountId: string): void {
    this.accounts.set(token, accountId);
  }

  revoke(token: string): void {
    this.accounts.delete(token);
    this.grants.delete(token);
  }

  refreshes(): TokenCall[] {
    return this.tokenCalls.filter(({ form }) => form['grant_type'] === 'refresh_token');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://provider').pathname;
    const { status, body, headers } = await this.answer(path, request);
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  private async answer(path: string, request: IncomingMessage): Promise<Answer> {
    if (path.endsWith('/oauth/token')) return this.token(path, await formOf(request));
    if (path.endsWith('/oauth/reconnect')) {
      this.reconnectCalls += 1;
      return { status: 400, body: { message: 'No installation found for the given location or company.' } };
    }
    return this.account(path, request.headers.authorization ?? '');
  }

  private async token(path: string, form: Record<string, string>): Promise<Answer> {
    const call = { path, form };
    this.tokenCalls.push(call);
    return (await this.intercept(call)) ?? this.usualToken(path.startsWith('/ghl'), form);
  }

  private usualToken(isGhl: boolean, form: Record<string, string>): Answer {
    if (form['client_secret'] !== 'app-secret') return { status: 401, body: { error: 'invalid_client' } };
    const shown = form['refresh_token'] ?? '';
    const accountId = form['grant_type'] === 'authorization_code' ? form['code'] : this.grants.get(shown);
    if (accountId === undefined) return { status: isGhl ? 401 : 400, body: { error: 'invalid_grant' } };
    const n = ++this.serial;
    const accessToken = `plain-access-${n}`;
    this.accounts.set(accessToken, accountId);
    const isNew = shown === '' || isGhl;
    const refreshToken = isNew ? `plain-refresh-${n}` : undefined;
    if (isGhl) this.grants.delete(shown);
    if (refreshToken !== undefined) this.grants.set(refreshToken, accountId);
    const tokens = { token_type: 'bearer', access_token: accessToken, expires_in: this.expiresIn };
    const place = isGhl ? { userType: 'Location', locationId: accountId } : {};
    return { status: 200, body: { ...tokens, ...place, ...(refreshToken ? { refresh_token: refreshToken } : {}) } };
  }

  private account(path: string, authorization: string): Answer {
    this.accountCalls.push(path);
    if (this.accountStatus !== 200) return { status: this.accountStatus, body: { message: 'not now' } };
    const accountId = this.accounts.get(authorization.replace('Bearer ', ''));
    if (accountId === undefined) return { status: 401, body: { error: 'invalid_token', message: 'Invalid JWT' } };
    if (path.startsWith('/ghl')) {
      const asked = path.split('/').at(-1);
      if (asked !== accountId)
        return { status: 403, body: { message: 'The token does not have access to this location.' } };
      return { status: 200, body: { location: { id: accountId, name: `Location ${accountId}` } } };
    }
    const account = { id: Number(accountId), name: `Firm ${accountId}` };
    return { status: 200, body: { data: { id: 1, name: 'Ada', account } } };
  }
}

async function formOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return Object.fromEntries(new URLSearchParams(text));
}
