import express, { type Request, type Response, Router } from 'express';
import type { ClioRegion } from '@firmbridge/clio-api';
import type { SandboxContext } from '../context.js';
import { answerApi } from './api/api.js';
import type { ApiAnswer, ApiRequest } from './api/api-request.js';
import { apiRefusal, invalidToken, Refusal } from './api/refusal.js';
import type { ClioSandbox } from './clio-sandbox.js';
import type { AuthorizeAnswer, Form } from './oauth/oauth.js';
import type { TokenClaims } from './oauth/tokens.js';

const supportedVersions = ['4.0.13', '4.0.12', '4.0.11', '4.0.10'];
const defaultVersion = '4.0.13';

/** Clio over HTTP: `/<region>/oauth/...` and `/<region>/api/v4/...`. */
export function createClioRouter(clio: ClioSandbox, context: SandboxContext): Router {
  const router = Router();
  router.use(express.urlencoded({ extended: false }), express.json({ limit: '2mb' }));
  router.get('/:region/oauth/authorize', (request, response) =>
    sendPage(response, clio.oauth.ask(regionOf(clio, request), formOf(request.query))),
  );
  router.post('/:region/oauth/authorize', (request, response) =>
    sendPage(response, clio.oauth.decide(regionOf(clio, request), formOf(request.body))),
  );
  router.post('/:region/oauth/token', (request, response) => {
    response.json(clio.oauth.token(regionOf(clio, request), formOf(request.body)));
  });
  router.post('/:region/oauth/deauthorize', (request, response) => {
    clio.oauth.deauthorize(regionOf(clio, request), bearerOf(request), formOf(request.body));
    response.status(200).end();
  });
  router.use('/:region/api/v4', (request, response) => serveApi(clio, context, request, response));
  router.use(answerRefusals);
  return router;
}

/** Limit first (headers come on every answer, section 5), then the token, the version and the record. */
function serveApi(clio: ClioSandbox, context: SandboxContext, request: Request, response: Response): void {
  const bearer = bearerOf(request);
  const { requestIdHeader, rateLimitErrorType } = clio.currentSwitches();
  if (requestIdHeader) response.setHeader('X-Request-Id', crypto.randomUUID());
  const window = clio.rates.take(bearer ?? 'none');
  response.setHeaders(new Map(Object.entries(window.headers)));
  if (!window.allowed) throw apiRefusal(429, rateLimitErrorType, 'Rate limit exceeded');
  const region = regionOf(clio, request);
  const claims = bearer === null ? null : clio.tokens.readAccess(bearer);
  if (!claims || claims.region !== region) throw invalidToken();
  const version = request.get('x-api-version') ?? defaultVersion;
  if (!supportedVersions.includes(version))
    throw apiRefusal(410, 'GoneError', `API version ${version} is not supported`);
  response.setHeader('X-API-VERSION', version);
  send(response, answerFor(clio, context, request, claims));
}

function answerFor(clio: ClioSandbox, context: SandboxContext, request: Request, claims: TokenClaims): ApiAnswer {
  const account = clio.account(claims.region, claims.firm);
  if (!account) throw invalidToken();
  const [path = '', rawQuery = ''] = request.url.split('?', 2);
  const { prerendered, store } = account.firm;
  const ready = request.method === 'GET' ? prerendered.get(`${path}?${rawQuery}`) : undefined;
  if (ready?.revision === store.revision) return { status: 200, body: ready.body };
  const apiRequest: ApiRequest = {
    method: request.method,
    path: path.endsWith('.json') ? path : `${path}.json`,
    search: new URLSearchParams(rawQuery),
    rawQuery,
    header: (name) => request.get(name),
    body: request.body,
    account,
    user: claims.user,
    switches: clio.currentSwitches(),
    now: context.clock.now(),
    ownUrl: `${request.protocol}://${request.get('host')}${request.baseUrl}${path}`,
    tokenGeneration: clio.tokenGeneration,
  };
  return answerApi(apiRequest);
}

function send(response: Response, { status, body, headers }: ApiAnswer): void {
  response.status(status);
  if (headers) response.setHeaders(new Map(Object.entries(headers)));
  if (body === undefined) {
    response.end();
    return;
  }
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}

function sendPage(response: Response, answer: AuthorizeAnswer): void {
  if ('redirect' in answer) response.redirect(302, answer.redirect);
  else response.status(answer.status).type('html').send(answer.html);
}

function answerRefusals(error: unknown, _request: Request, response: Response, next: (error: unknown) => void): void {
  if (error instanceof Refusal) send(response, { status: error.status, body: error.body, headers: error.headers });
  else next(error);
}

function regionOf(clio: ClioSandbox, request: Request): ClioRegion {
  const region = String(request.params['region']);
  if (!clio.isRegion(region)) throw apiRefusal(404, 'NotFoundError', `There is no region ${region}`);
  return region;
}

function bearerOf(request: Request): string | null {
  return /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1] ?? null;
}

function formOf(source: unknown): Form {
  const entries = Object.entries((source ?? {}) as Record<string, unknown>);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
