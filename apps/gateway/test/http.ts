import { request, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  json<T = Record<string, unknown>>(): T;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: unknown;
}

/** A request with exactly these headers; `fetch` would add some and refuse others. */
export async function call(url: string, ask: Ask = {}): Promise<Answer> {
  const response = await open(url, ask);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    json: <T>() => JSON.parse(text) as T,
  };
}

export function open(url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<IncomingMessage> {
  const content = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      headers: { ...(content === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    });
    outgoing.on('response', resolve).on('error', reject).end(content);
  });
}

export interface ServerEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** An open event stream; what has come so far is in `events` and `comments`. */
export class ReadStream {
  readonly events: ServerEvent[] = [];
  readonly comments: string[] = [];
  ended = false;
  private rest = '';

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.take(chunk));
    response.on('close', () => (this.ended = true));
    response.on('error', () => (this.ended = true));
  }

  static async open(url: string, ask: Ask = {}): Promise<ReadStream> {
    return new ReadStream(await open(url, ask));
  }

  of(event: string): Record<string, unknown>[] {
    return this.events.filter((each) => each.event === event).map(({ data }) => data);
  }

  close(): void {
    this.response.destroy();
  }

  private take(chunk: string): void {
    const blocks = (this.rest + chunk).split('\n\n');
    this.rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event] = /^event: (.*)$/m.exec(block) ?? [];
      const [, data] = /^data: (.*)$/m.exec(block) ?? [];
      if (event !== undefined && data !== undefined)
        this.events.push({ event, data: JSON.parse(data) as ServerEvent['data'] });
      else this.comments.push(block);
    }
  }
}
