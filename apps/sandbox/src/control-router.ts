import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { Refusal } from './clio/api/refusal.js';
import { clioPlaceSchema, collectionNameSchema } from './clio/clio-control.js';
import { clioSwitchesSchema } from './clio/switches.js';
import { deliveryBehaviourSchema } from './clio/webhooks/webhook-delivery.js';
import type { SandboxControl } from './control.js';
import { faultRuleSchema } from './faults.js';

const clockSchema = z.union([z.object({ advanceMs: z.int() }), z.object({ set: z.iso.datetime({ offset: true }) })]);
const valuesSchema = z.record(z.string(), z.unknown());

/** The same control that the process has, over HTTP and JSON. */
export function createControlRouter(control: SandboxControl): Router {
  const router = Router();
  router.use(express.json({ limit: '5mb' }));
  router.post('/reset', (_request, response) => {
    control.reset();
    response.status(204).end();
  });
  router.get('/clock', (_request, response) => void response.json({ now: control.clock.now() }));
  router.post('/clock', (request, response) => {
    const move = clockSchema.parse(request.body);
    if ('set' in move) control.clock.set(new Date(move.set));
    else control.clock.advance(move.advanceMs);
    response.json({ now: control.clock.now() });
  });
  router.get('/requests', (_request, response) => {
    response.json({ counts: control.requests.counts(), recent: control.requests.recent() });
  });
  router.delete('/requests', (_request, response) => {
    control.requests.clear();
    response.status(204).end();
  });
  faultRoutes(router, control);
  clioRoutes(router, control);
  clioRecordRoutes(router, control);
  router.use(answerMistakes);
  return router;
}

function faultRoutes(router: Router, { faults }: SandboxControl): void {
  router.get('/faults', (_request, response) => void response.json(faults.list()));
  router.post('/faults', (request, response) => {
    response.status(201).json({ id: faults.add(faultRuleSchema.parse(request.body)) });
  });
  router.delete('/faults', (_request, response) => {
    faults.clear();
    response.status(204).end();
  });
  router.delete('/faults/:id', (request, response) => {
    response.status(faults.remove(Number(request.params.id)) ? 204 : 404).end();
  });
}

function clioRoutes(router: Router, { clio }: SandboxControl): void {
  router.get('/clio/switches', (_request, response) => void response.json(clio.switches));
  router.patch('/clio/switches', (request, response) => {
    response.json(clio.setSwitches(changesIn(clioSwitchesSchema, request.body)));
  });
  router.put('/clio/rate-limit', (request, response) => {
    const { requestsPerMinute } = z.object({ requestsPerMinute: z.int().positive().nullable() }).parse(request.body);
    clio.setRateLimit(requestsPerMinute);
    response.status(204).end();
  });
  router.post(
    '/clio/tokens',
    (request, response) => void response.status(201).json(clio.issueTokens(placeOf(request))),
  );
  router.post('/clio/tokens/expire', (_request, response) => {
    clio.expireAccessTokens();
    response.status(204).end();
  });
  router.post('/clio/tokens/revoke', (_request, response) => {
    clio.revokeTokens();
    response.status(204).end();
  });
  router.post('/clio/page-tokens/expire', (_request, response) => {
    clio.expirePageTokens();
    response.status(204).end();
  });
  router.post('/clio/prerender', (request, response) => {
    const { requests } = z.object({ requests: z.array(z.string()) }).parse(request.body);
    response.json(clio.prerender(requests, placeOf(request)));
  });
  router.patch('/clio/delivery-behaviour', (request, response) => {
    response.json(clio.setDeliveryBehaviour(changesIn(deliveryBehaviourSchema, request.body)));
  });
  router.get('/clio/deliveries', (request, response) => void response.json(clio.deliveries(placeOf(request))));
}

/** `?region=eu&firm=2` name another firm than the first of the US. */
function clioRecordRoutes(router: Router, { clio }: SandboxControl): void {
  const path = '/clio/records/:collection/:id';
  router.post('/clio/records/:collection', (request, response) => {
    const id = clio.create(collectionOf(request), valuesSchema.parse(request.body), placeOf(request));
    response.status(201).json({ id });
  });
  router.post('/clio/records/:collection/remove', (request, response) => {
    const { ids } = z.object({ ids: z.array(z.int()) }).parse(request.body);
    clio.removeMany(collectionOf(request), ids, placeOf(request));
    response.status(204).end();
  });
  router.get(path, (request, response) => {
    response.json(clio.record(collectionOf(request), Number(request.params['id']), placeOf(request)));
  });
  const edit = (request: Request, response: Response): void => {
    const id = Number(request.params['id']);
    clio.edit(collectionOf(request), id, valuesSchema.parse(request.body), placeOf(request));
    response.json(clio.record(collectionOf(request), id, placeOf(request)));
  };
  router.post(path, edit);
  router.patch(path, edit);
  router.delete(path, (request, response) => {
    clio.remove(collectionOf(request), Number(request.params['id']), placeOf(request));
    response.status(204).end();
  });
  router.post(`${path}/hide`, (request, response) => {
    clio.hide(collectionOf(request), Number(request.params['id']), placeOf(request));
    response.status(204).end();
  });
}

/** Only what was named: defaults must not undo what was switched before. */
function changesIn<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, body: unknown) {
  const parsed = schema.partial().strict().parse(body);
  const named = Object.keys(valuesSchema.parse(body));
  return Object.fromEntries(Object.entries(parsed).filter(([name]) => named.includes(name))) as typeof parsed;
}

function collectionOf(request: Request): z.output<typeof collectionNameSchema> {
  return collectionNameSchema.parse(request.params['collection']);
}

function placeOf(request: Request): z.output<typeof clioPlaceSchema> {
  return clioPlaceSchema.parse(request.query);
}

function answerMistakes(error: unknown, _request: Request, response: Response, next: (error: unknown) => void): void {
  if (error instanceof z.ZodError) response.status(422).json({ message: z.prettifyError(error) });
  else if (error instanceof Refusal) response.status(error.status).json(error.body);
  else next(error);
}
