import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedCall {
  readonly method: string;
  readonly url: string;
  readonly authorization: string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = (response: ServerResponse, call: ReceivedCall) => void;

/** A provider on loopback that gives the next of the prepared replies, and the last of them for ever. */
export class FakeProvider {
  readonly calls: ReceivedCall[] = [];
  private replies: Reply[] = [json(200, { data: [] })];
  private readonly server = createServer((request, response) => void this.serve(request, response));

  static async start(): Promise<FakeProvider> {
    const provider = new FakeProvider();
    await new Promise<void>((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  replyWith(...replies: readonly Reply[]): void {
    this.calls.length = 0;
    this.replies = [...replies];
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call: ReceivedCall = {
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.rawHeaders.filter(
        (_, at, all) => at % 2 === 1 && /^authorization$/i.test(all[at - 1] ?? ''),
      ),
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.calls.push(call);
    const reply = this.replies.length > 1 ? this.replies.shift() : this.replies[0];
    reply?.(response, call);
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export function html(status: number): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html><body>Down for maintenance</body></html>');
  };
}

export const reset: Reply = (response) => {
  response.socket?.resetAndDestroy();
};

export const silence: Reply = () => undefined;

/** Announces more than it sends, then hangs up. */
export const truncated: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"data":[{"id":1},', () => response.destroy());
};

export const tooManyRequests = (retryAfter?: string): Reply =>
  json(
    429,
    { error: { type: 'RateLimited', message: 'Slow down' } },
    retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  );
