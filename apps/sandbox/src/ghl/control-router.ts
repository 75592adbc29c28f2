import express, { Router, type Request, type RequestHandler } from 'express';
import {
  createContactSchema,
  createOpportunitySchema,
  updateContactSchema,
  updateOpportunitySchema,
} from '@firmbridge/ghl-api';
import { z } from 'zod';
import type { GhlControl } from './control.js';
import { GhlRefusal } from './http/errors.js';

const endpointsSchema = z.strictObject({
  defaultUrl: z.url().nullable().optional(),
  byEvent: z.record(z.string(), z.url()).optional(),
});
const locationSchema = z.strictObject({
  settings: z
    .strictObject({ allowDuplicateContact: z.boolean(), allowDuplicateOpportunity: z.boolean() })
    .partial()
    .optional(),
  matching: z
    .strictObject({ primary: z.enum(['email', 'phone']), secondary: z.enum(['email', 'phone']).nullable() })
    .optional(),
  suspended: z.boolean().optional(),
});
const tokensSchema = z.strictObject({ ownerId: z.string() });
/** People may set more than PUT takes. */
const personUpdateSchema = updateContactSchema.extend({
  companyName: createContactSchema.shape.companyName,
  gender: createContactSchema.shape.gender,
});

/** The control over HTTP and JSON; a refused call answers with HighLevel's own sentence. */
export function createGhlControlRouter(control: GhlControl): Router {
  const router = Router();
  router.use(express.json({ limit: '5mb' }));
  router.get(
    '/facts',
    json(() => control.facts()),
  );
  router.get(
    '/switches',
    json(() => ({ positions: control.switches(), meanings: control.switchMeanings() })),
  );
  router.patch(
    '/switches',
    json(({ body }) => control.setSwitches(body)),
  );
  router.post(
    '/switches/reset',
    json(() => control.resetSwitches()),
  );
  router.put(
    '/webhooks/endpoints',
    json(({ body }) => control.setWebhookEndpoints(endpointsSchema.parse(body))),
  );
  router.get(
    '/webhooks/deliveries',
    json(() => control.webhookDeliveries()),
  );
  router.post(
    '/webhooks/deliveries/:id/resend',
    json((request) => control.resendWebhook(named(request, 'id'))),
  );
  router.post(
    '/tokens',
    json(({ body }) => control.issueTokens(tokensSchema.parse(body).ownerId)),
  );
  router.post(
    '/tokens/expire',
    json(() => control.expireAccessTokens()),
  );
  router.delete(
    '/installations/:id',
    json((request) => control.uninstall(named(request, 'id'))),
  );
  router.post(
    '/locations',
    json(() => control.addLocation()),
  );
  router.patch(
    '/locations/:id',
    json((request) => control.setLocation(named(request, 'id'), locationSchema.parse(request.body))),
  );
  mountPeople(router, control);
  router.use(answerRefusals);
  return router;
}

/** What people do in HighLevel's own pages. */
function mountPeople(router: Router, control: GhlControl): void {
  router.get(
    '/locations/:id/contacts',
    json((request) => control.contacts(named(request, 'id'))),
  );
  router.get(
    '/locations/:id/opportunities',
    json((request) => control.opportunities(named(request, 'id'))),
  );
  router.post(
    '/contacts',
    json(({ body }) => control.createContact(...split(createContactSchema.parse(body)))),
  );
  router.get(
    '/contacts/:id',
    json((request) => control.contact(named(request, 'id'))),
  );
  router.patch(
    '/contacts/:id',
    json((request) => control.updateContact(named(request, 'id'), personUpdateSchema.parse(request.body))),
  );
  router.delete(
    '/contacts/:id',
    json((request) => control.deleteContact(named(request, 'id'))),
  );
  router.post(
    '/opportunities',
    json(({ body }) => control.createOpportunity(...split(createOpportunitySchema.parse(body)))),
  );
  router.get(
    '/opportunities/:id',
    json((request) => control.opportunity(named(request, 'id'))),
  );
  router.patch(
    '/opportunities/:id',
    json((request) => control.updateOpportunity(named(request, 'id'), updateOpportunitySchema.parse(request.body))),
  );
  router.delete(
    '/opportunities/:id',
    json((request) => control.deleteOpportunity(named(request, 'id'))),
  );
}

/** 200 with what the handler gives, 204 when that is nothing. */
function json(handle: (request: Request) => unknown): RequestHandler {
  return (request, response) => {
    const result = handle(request);
    if (result === undefined) response.status(204).end();
    else response.json(result);
  };
}

function named(request: Request, parameter: string): string {
  return String(request.params[parameter]);
}

function split<Body extends { locationId: string }>({ locationId, ...rest }: Body) {
  return [locationId, rest] as const;
}

const answerRefusals: express.ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof GhlRefusal) response.status(error.status).json(error.body);
  else if (error instanceof z.ZodError) response.status(400).json({ message: z.prettifyError(error) });
  else next(error);
};
