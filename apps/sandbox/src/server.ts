import express, { type Express, type Request, type RequestHandler } from 'express';
import type { ClioSandbox } from './clio/clio-sandbox.js';
import { createClioRouter } from './clio/router.js';
import type { SandboxContext } from './context.js';
import { createGhlControlRouter, type createGhlRouter } from './ghl/index.js';
import type { SandboxControl } from './control.js';
import { createControlRouter } from './control-router.js';
import { faultMiddleware } from './fault-middleware.js';
import type { RequestLog } from './requests.js';

export interface ApplicationParts {
  readonly context: SandboxContext;
  readonly clio: ClioSandbox;
  readonly ghl: ReturnType<typeof createGhlRouter>;
  readonly control: SandboxControl;
}

/** `/clio/<region>` and `/ghl` as the providers would answer, `/control` behind their backs. */
export function createApplication({ context, clio, ghl, control }: ApplicationParts): Express {
  const application = express();
  application.disable('x-powered-by');
  application.disable('etag');
  application.set('query parser', 'simple');
  application.get('/', (_request, response) => void response.json({ sandbox: 'firmbridge', control: '/control' }));
  application.use('/control/ghl', createGhlControlRouter(ghl.control));
  application.use('/control', createControlRouter(control));
  application.use(
    '/clio',
    logRequests(control.requests, 'clio', behindRegion),
    faultMiddleware(context.faults, 'clio', behindRegion),
    createClioRouter(clio, context),
  );
  application.use(
    '/ghl',
    logRequests(control.requests, 'ghl', pathOf),
    faultMiddleware(context.faults, 'ghl', pathOf),
    ghl.router,
  );
  return application;
}

function pathOf(request: Request): string {
  return request.path;
}

/** A region's origin is `/clio/us`, so its paths start behind that. */
function behindRegion(request: Request): string {
  return request.path.replace(/^\/[a-z]+/, '');
}

function logRequests(log: RequestLog, provider: 'clio' | 'ghl', pathOf: (request: Request) => string): RequestHandler {
  return (request, response, next) => {
    const startedMs = performance.now();
    const path = pathOf(request);
    const query = request.url.split('?', 2)[1] ?? '';
    const { method } = request;
    response.on('close', () => {
      const durationMs = Math.round(performance.now() - startedMs);
      const at = new Date().toISOString();
      log.record({ at, provider, method, path, query, status: response.statusCode, durationMs });
    });
    next();
  };
}
