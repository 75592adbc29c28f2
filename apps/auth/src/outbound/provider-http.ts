import { messageOf, type DataOf, type Provider, type syncMessages } from '@firmbridge/contracts';
import { redactText } from '@firmbridge/provider-client';
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** One attempt, as audit-log keeps it; whose connection it was for is added later, because at a first sign-in nobody knows yet. */
export type CallRecord = Omit<DataOf<typeof syncMessages.providerCallAttempted>, 'service' | 'connectionId'>;

export interface HttpCall {
  readonly provider: Provider;
  readonly operation: string;
  readonly url: string;
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** POST when it carries something, else GET. */
  readonly method?: 'DELETE';
  /** Sent as a form, or as JSON; all fields but the named public ones count as secrets. */
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, string>>;
}

export interface HttpAnswer {
  /** Null when there was no answer. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, else the text; of a refusal without the secrets that it repeats. */
  readonly body: unknown;
  readonly record: CallRecord;
}

export interface ProviderHttpOptions {
  readonly clock: () => Date;
  /** Of one call, from the name look-up to the last byte. */
  readonly timeoutMs: number;
}

const mostBytes = 256 * 1024;
const publicFields = new Set(
  ['grant_type', 'client_id', 'redirect_uri', 'user_type'].concat(['clientKey', 'companyId', 'locationId', 'reason']),
);

/** Tokens that a refusal gives all the same. */
const newTokens = /("(?:access|refresh|id)_?token"\s*:\s*)"[^"]*"/gi;

/**
 * The few calls around a sign-in: exchange, refresh, who is it. They belong to no budget of a connection and carry the
 * client secret, so they do not go the way of the sync services' calls. Never throws for what the network or the provider
 * does; a redirect is not followed with secrets in hand.
 */
export class ProviderHttp {
  private readonly http: AxiosInstance;

  constructor(private readonly options: ProviderHttpOptions) {
    this.http = axios.create({
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: new HttpsAgent({ keepAlive: true }),
      maxRedirects: 0,
      maxContentLength: mostBytes,
      responseType: 'text',
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
    });
  }

  async send(call: HttpCall): Promise<HttpAnswer> {
    const startedAt = this.options.clock().toISOString();
    const start = performance.now();
    const outcome = await this.attempt(call);
    const durationMs = Math.round(performance.now() - start);
    const status = 'failure' in outcome ? null : outcome.status;
    const answered = 'failure' in outcome ? '' : String(outcome.data ?? '');
    const hasFailed = status === null || status >= 400;
    // What a provider says goes on into reasons, events and records, and it may repeat what it was shown.
    const text = hasFailed ? withoutSecrets(answered, call) : answered;
    return {
      status,
      headers: 'failure' in outcome ? {} : headersOf(outcome),
      body: parsed(text),
      record: {
        provider: call.provider,
        operation: call.operation,
        method: methodOf(call),
        path: new URL(call.url).pathname,
        attempt: 1,
        status,
        durationMs,
        startedAt,
        errorCode: hasFailed ? codeOf(status) : null,
        errorMessage: 'failure' in outcome ? outcome.failure : hasFailed ? `Answered with ${status}.` : null,
        rateLimit: { limit: null, remaining: null, resetAt: null },
        requestBody: publicFieldsOf(call),
        // An answer with tokens is kept by no one but us.
        responseBody: hasFailed && text !== '' ? text.slice(0, 500) : null,
      },
    };
  }

  private async attempt(call: HttpCall): Promise<AxiosResponse<unknown> | { failure: string }> {
    const { bearer, form, json } = call;
    try {
      return await this.http.request<unknown>({
        url: call.url,
        method: methodOf(call),
        headers: {
          Accept: 'application/json',
          ...call.headers,
          ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
        },
        ...(form === undefined ? {} : { data: new URLSearchParams(form) }),
        ...(json === undefined ? {} : { data: json }),
        signal: AbortSignal.timeout(this.options.timeoutMs),
      });
    } catch (error) {
      const isTimeout = axios.isCancel(error);
      return {
        failure: isTimeout ? `No answer within ${this.options.timeoutMs} ms.` : withoutSecrets(messageOf(error), call),
      };
    }
  }
}

function methodOf({ method, form, json }: HttpCall): 'GET' | 'POST' | 'DELETE' {
  return method ?? (form === undefined && json === undefined ? 'GET' : 'POST');
}

function codeOf(status: number | null): string {
  return status === null ? 'provider.no_answer' : `provider.status_${status}`;
}

function headersOf({ headers }: AxiosResponse<unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function sentFields({ form, json }: HttpCall): [string, string][] {
  return Object.entries(form ?? json ?? {});
}

function publicFieldsOf(call: HttpCall): string | null {
  const fields = sentFields(call).map(([name, value]) => [name, publicFields.has(name) ? value : '[secret]']);
  return fields.length === 0 ? null : JSON.stringify(Object.fromEntries(fields));
}

/** Without what we sent in confidence, as it was or encoded, and without anything else that looks like a token. */
function withoutSecrets(text: string, call: HttpCall): string {
  const sent = sentFields(call).flatMap(([name, value]) => (publicFields.has(name) ? [] : value));
  const secrets = [...sent, call.bearer ?? ''];
  return redactText(text, [...secrets, ...secrets.map(encodeURIComponent)]).replace(newTokens, '$1"[secret]"');
}
