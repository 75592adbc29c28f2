import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { DueFault, Fault, Faults } from './faults.js';
import { repeatPage } from './repeated-page.js';
import { spoilRecord } from './spoiled-record.js';

type BodyFault = Exclude<Fault, { kind: 'latency' }>;

/** Lets requests suffer the faults that are due, whichever provider answers them. */
export function faultMiddleware(
  faults: Faults,
  provider: 'clio' | 'ghl',
  pathOf: (request: Request) => string,
): RequestHandler {
  return (request, response, next) => {
    const due = faults.due({ provider, method: request.method, path: pathOf(request) });
    if (due.length === 0) next();
    else suffer(due, request, response, next);
  };
}

function suffer(due: readonly DueFault[], request: Request, response: Response, next: NextFunction): void {
  const latencyMs = due.reduce((sum, { fault }) => sum + (fault.kind === 'latency' ? fault.ms : 0), 0);
  const [worst] = due.filter((one): one is DueFault & { fault: BodyFault } => one.fault.kind !== 'latency');
  const goOn = (): void => {
    if (request.socket.destroyed) return;
    if (!worst) next();
    else if (needsAnswer(worst)) {
      spoilAnswer(response, worst.fault);
      next();
    } else strike(response, worst.fault);
  };
  if (latencyMs > 0) setTimeout(goOn, latencyMs).unref();
  else goOn();
}

/** These change the real answer, the others replace it. */
function needsAnswer({ fault, afterEffect }: DueFault): boolean {
  return afterEffect || ['truncated-body', 'malformed-record', 'repeated-page'].includes(fault.kind);
}

/** Answers with the fault instead of the real answer. */
function strike(response: Response, fault: BodyFault): void {
  if (fault.kind === 'status') {
    for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
    response
      .status(fault.status)
      .json(fault.body ?? { error: { type: 'InjectedError', message: 'Injected by the sandbox' } });
  } else if (fault.kind === 'html-body') {
    response.status(fault.status).type('html').send('<html><body><h1>Bad gateway</h1></body></html>');
  } else {
    response.socket?.destroy();
  }
}

/** Catches the finished answer on its way out. */
function spoilAnswer(response: Response, fault: BodyFault): void {
  const end = response.end.bind(response);
  const finish = (chunk?: unknown): Response => {
    response.end = end;
    const body =
      chunk === undefined || typeof chunk === 'function' ? Buffer.alloc(0) : Buffer.from(chunk as string | Buffer);
    if (fault.kind === 'truncated-body') truncate(response, body);
    else if (fault.kind === 'malformed-record') send(response, spoilRecord(body, fault));
    else if (fault.kind === 'repeated-page') send(response, repeatPage(body, fault));
    else {
      response.removeHeader('Content-Length');
      strike(response, fault);
    }
    return response;
  };
  response.end = finish as Response['end'];
}

function send(response: Response, body: Buffer): void {
  response.setHeader('Content-Length', body.length);
  response.end(body);
}

/** Promises the whole body and hangs up half-way. */
function truncate(response: Response, body: Buffer): void {
  response.setHeader('Content-Length', Math.max(2, body.length));
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy());
}
