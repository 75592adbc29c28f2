import axios, { type AxiosInstance, type AxiosResponse, isAxiosError } from 'axios';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly isAnswered: true;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** `unsent`: the provider cannot have acted. `unanswered`: it may have. `cut`: it answered, but not to the end. */
export interface HttpFailure {
  readonly isAnswered: false;
  readonly phase: 'unsent' | 'unanswered' | 'cut' | 'too-large';
  /** Known when the head of the answer arrived. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly error: unknown;
}

export type HttpExchange = HttpAnswer | HttpFailure;

const mostBytes = 32 * 1024 * 1024;
const keepText = [(text: unknown) => text];

/** One HTTP exchange over kept-alive connections: follows nothing, repeats nothing, and tells failures apart. */
export class HttpTransport {
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;
  private readonly client: AxiosInstance;

  constructor(maxSockets: number) {
    const options = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets };
    this.http = new HttpAgent(options);
    this.https = new HttpsAgent(options);
    this.client = axios.create({
      httpAgent: this.http,
      httpsAgent: this.https,
      proxy: false,
      maxRedirects: 0,
      maxContentLength: mostBytes,
      maxBodyLength: mostBytes,
      decompress: true,
      responseType: 'text',
      transformRequest: keepText,
      transformResponse: keepText,
      validateStatus: () => true,
    });
  }

  async send({ method, url, headers, body, signal }: HttpRequest): Promise<HttpExchange> {
    try {
      const response = await this.client.request<string>({
        method,
        url: url.href,
        headers: { ...headers },
        signal,
        ...(body === null ? {} : { data: body }),
      });
      const { status, data } = response;
      return { isAnswered: true, status, headers: plainHeaders(response), text: data ?? '' };
    } catch (error) {
      return failure(error);
    }
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}

function failure(error: unknown): HttpFailure {
  const response = isAxiosError(error) ? error.response : undefined;
  return {
    isAnswered: false,
    phase: phaseOf(error, response !== undefined),
    status: response?.status ?? null,
    headers: response ? plainHeaders(response) : {},
    error,
  };
}

function phaseOf(error: unknown, hasHead: boolean): HttpFailure['phase'] {
  if (error instanceof Error && error.message.includes('maxContentLength')) return 'too-large';
  if (hasHead) return 'cut';
  return wasNeverSent(error) ? 'unsent' : 'unanswered';
}

const unsentCodes =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*|ERR_TLS_.*|ERR_INVALID_.*|ERR_UNESCAPED_.*|EPROTO)$/;

function wasNeverSent(error: unknown): boolean {
  const { code, syscall, cause } = error as { code?: unknown; syscall?: unknown; cause?: unknown };
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
  if (typeof code === 'string' && unsentCodes.test(code)) return true;
  return cause instanceof Error && wasNeverSent(cause);
}

function plainHeaders(response: AxiosResponse): Record<string, string> {
  const entries = Object.entries(response.headers as Record<string, unknown>);
  return Object.fromEntries(
    entries
      .filter(([name, value]) => value !== undefined && value !== null && name.toLowerCase() !== 'set-cookie')
      .map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value)]),
  );
}
