import {
  ghlOperations,
  ghlPublishedVersions,
  ghlVersionHeader,
  type GhlOperation,
  type GhlOperationName,
} from '@firmbridge/ghl-api';
import type { Request, Response, Router } from 'express';
import { z } from 'zod';
import { authorOf, budgetKeyOf, type Caller } from '../oauth/caller.js';
import type { Author } from '../data/records.js';
import type { GhlWorld } from '../world.js';
import { answer, tooManyRequests, type Reply } from './answer.js';
import { refusal, wrongLocation } from './errors.js';
import { validated } from './validate.js';

/** One request that got past the door. */
export interface GhlCall {
  readonly world: GhlWorld;
  readonly caller: Caller;
  readonly author: Author;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
}

export interface GhlRoute<Body extends z.ZodType> {
  /** By name, or one that the specification files do not hold. */
  readonly operation: GhlOperationName | GhlOperation;
  /** May depend on the switches; without one the body is ignored. */
  readonly body?: (world: GhlWorld) => Body;
  /** The location of the record that the path names. */
  readonly locationOf?: (call: Pick<GhlCall, 'world' | 'params'>) => string | undefined;
  readonly handle: (call: GhlCall, body: z.output<Body>) => Reply;
}

/**
 * Serves one call in HighLevel's order of checks (section 10.1): budget, version (401), bearer (401), class and scope of the
 * token (401), location (403), body (422), and only then the business rules (400).
 */
export function mountRoute<Body extends z.ZodType>(router: Router, world: GhlWorld, route: GhlRoute<Body>): void {
  const operation: GhlOperation =
    typeof route.operation === 'string' ? ghlOperations[route.operation] : route.operation;
  const path = operation.path.replace(/\{(\w+)\}/g, ':$1');
  router[verbOf(operation)](path, (request: Request, response: Response) => {
    const caller = world.tokens.callerOf(request.headers.authorization, world.switches.now.privateTokenLapsed);
    const known = typeof caller === 'string' ? null : caller;
    const verdict = world.limiter.take(known ? budgetKeyOf(known) : 'anonymous', known?.kind === 'private');
    if (known && verdict.exceeded) return tooManyRequests(world, response, verdict);
    response.set(verdict.headers);
    answer(response, () => {
      checkVersion(world, request.header(ghlVersionHeader));
      if (!known) throw refusal(401, caller === 'invalid' ? 'Invalid token: access token is invalid' : 'Invalid JWT');
      checkAudience(operation, known);
      const call = callOf(world, known, request);
      checkLocation(call, route.locationOf?.(call) ?? namedLocation(request));
      const body = route.body ? validated(route.body(world), request.body) : undefined;
      return route.handle(call, body as z.output<Body>);
    });
  });
}

function verbOf({ method }: GhlOperation): 'get' | 'post' | 'put' | 'delete' {
  const verbs = { GET: 'get', POST: 'post', PUT: 'put', DELETE: 'delete' } as const;
  return verbs[method];
}

function checkVersion(world: GhlWorld, version: string | undefined): void {
  if (!version) throw refusal(401, 'version header was not found.');
  const published: readonly string[] = ghlPublishedVersions;
  if (!published.includes(version)) {
    throw refusal(Number(world.switches.now.unknownVersionStatus), 'version header is invalid');
  }
}

function checkAudience(operation: GhlOperation, caller: Caller): void {
  const isAgency = caller.authClass === 'Company';
  const refused = isAgency ? operation.audience === 'location' : operation.audience === 'agency';
  if (refused && (caller.kind === 'private' || !isAgency)) throw refusal(401, "Token's user type mismatch!");
  if (refused) {
    const advice = 'Please use an access token of a location.';
    throw refusal(401, `This authClass type is not allowed to access this scope. ${advice}`);
  }
  if (!caller.scopes.includes(operation.scope)) throw refusal(401, 'The token is not authorized for this scope.');
}

function checkLocation({ caller, world }: GhlCall, locationId: string | undefined): void {
  if (locationId === undefined) return;
  if (caller.authClass === 'Location' && caller.ownerId !== locationId) throw wrongLocation();
  const location = world.store.locations.get(locationId);
  if (location?.companyId !== caller.companyId) throw wrongLocation();
}

const namedSchema = z.looseObject({ locationId: z.string().optional().catch(undefined) });

function namedLocation(request: Request): string | undefined {
  const query = queryOf(request);
  const inBody = namedSchema.safeParse(request.body);
  return (
    request.params['locationId']?.toString() ?? inBody.data?.locationId ?? query['locationId'] ?? query['location_id']
  );
}

function callOf(world: GhlWorld, caller: Caller, request: Request): GhlCall {
  const params = Object.entries(request.params).map(([name, value]) => [name, String(value)] as const);
  return { world, caller, author: authorOf(caller), params: Object.fromEntries(params), query: queryOf(request) };
}

function queryOf(request: Request): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.query).map(
      ([name, value]) => [name, typeof value === 'string' ? value : undefined] as const,
    ),
  );
}
