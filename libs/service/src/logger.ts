import type { Params } from 'nestjs-pino';
import type { LoggerService } from '@nestjs/common';
import { messageBeingHandled } from '@firmbridge/messaging';
import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

const secrets = [
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
  '*.accessToken',
  '*.refreshToken',
  '*.token',
  '*.secret',
  '*.clientSecret',
  '*.password',
  '*.currentPassword',
  '*.newPassword',
  '*.sessionToken',
  '*.previousSessionToken',
  '*.setupToken',
  '*.apiKey',
];

export type LogDestination = { write(line: string): void };

/** One JSON line per entry: the service and the message being handled named, secrets taken out. */
export function createLogger(service: string, level: string, destination?: LogDestination): Logger {
  const options = {
    name: service,
    level,
    redact: { paths: secrets, censor: '[redacted]' },
    mixin: () => ({ ...messageBeingHandled() }),
  };
  return destination ? pino(options, destination) : pino(options);
}

interface LoggedRequest {
  readonly method?: string;
  readonly url?: string;
  readonly remoteAddress?: string;
}

/** A query can hold an authorization code, a referer the query of another page: neither is logged. */
function withoutQuery({ method, url, remoteAddress }: LoggedRequest): LoggedRequest {
  return { method, url: url?.split('?', 1)[0], remoteAddress } as LoggedRequest;
}

/** Requests are logged when they fail; probes and metrics never. */
export function httpLogging(logger: Logger): Params {
  return {
    pinoHttp: {
      logger,
      quietReqLogger: true,
      customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'debug'),
      serializers: { req: withoutQuery },
      autoLogging: { ignore: (request) => /^\/(livez|readyz|metrics)/.test(request.url ?? '') },
    },
  };
}

/** What the framework says, without its chatter about modules and routes. */
export function frameworkLogger(logger: Logger): LoggerService {
  const tell = (level: 'debug' | 'warn' | 'error' | 'fatal') => (message: unknown, context?: unknown) =>
    logger[level]({ context }, String(message));
  return { log: tell('debug'), warn: tell('warn'), error: tell('error'), fatal: tell('fatal') };
}
