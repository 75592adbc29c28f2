import {
  createOpportunitySchema,
  updateOpportunitySchema,
  updateOpportunityStatusSchema,
  upsertOpportunitySchema,
} from '@firmbridge/ghl-api';
import type { Router } from 'express';
import { z } from 'zod';
import type { StoredOpportunity } from '../data/records.js';
import { unprocessable } from '../http/errors.js';
import { mountRoute, type GhlCall } from '../http/route.js';
import type { GhlWorld } from '../world.js';
import { opportunityView } from './opportunity-view.js';

const locationOf = ({ world, params }: Pick<GhlCall, 'world' | 'params'>) =>
  world.store.opportunities.get(params['id'] ?? '')?.locationId;

/** Opportunities by id and their writes (section 4). */
export function mountOpportunities(router: Router, world: GhlWorld): void {
  mountCreations(router, world);
  mountRoute(router, world, {
    operation: 'opportunities.get',
    locationOf,
    handle: ({ params }) => ({ status: 200, body: replied(world, world.opportunities.require(params['id'])) }),
  });
  mountRoute(router, world, {
    operation: 'opportunities.update-status',
    locationOf,
    body: () => updateOpportunityStatusSchema,
    handle: ({ params, author }, write) => {
      world.opportunities.update(world.opportunities.require(params['id']), write, author);
      return { status: 200, body: { succeded: true } };
    },
  });
  mountRoute(router, world, {
    operation: 'opportunities.update',
    locationOf,
    body: () => disputedUpdateSchema,
    handle: ({ params, author }, body) => {
      checkDisputed(world, body);
      const { locationId: _, ...write } = body;
      const before = world.opportunities.require(params['id']);
      return { status: 200, body: replied(world, world.opportunities.update(before, write, author)) };
    },
  });
  mountRoute(router, world, {
    operation: 'opportunities.delete',
    locationOf,
    handle: ({ params, author }) => {
      world.opportunities.delete(world.opportunities.require(params['id']), author);
      return { status: 200, body: { succeded: true } };
    },
  });
}

function mountCreations(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'opportunities.upsert',
    body: () => upsertOpportunitySchema,
    handle: ({ author }, { locationId, ...write }) => {
      const { new: isNew, opportunity } = world.opportunities.upsert(world.location(locationId), write, author);
      return { status: 200, body: { new: isNew, ...replied(world, opportunity) } };
    },
  });
  mountRoute(router, world, {
    operation: 'opportunities.create',
    body: () => createOpportunitySchema,
    handle: ({ author }, { locationId, ...write }) => {
      const opportunity = world.opportunities.create(world.location(locationId), write, author);
      return { status: 201, body: replied(world, opportunity) };
    },
  });
}

const disputed = { source: z.string().optional(), locationId: z.string().optional() };
const disputedUpdateSchema = updateOpportunitySchema.extend(disputed);

/** Whether PUT takes `source` and `locationId` is reported both ways. */
function checkDisputed(world: GhlWorld, { source, locationId }: z.output<typeof disputedUpdateSchema>): void {
  const { opportunityLocationOnUpdate, opportunitySourceOnUpdate } = world.switches.now;
  const refused = [
    ...(source !== undefined && opportunitySourceOnUpdate === 'refused' ? ['source'] : []),
    ...(locationId !== undefined && opportunityLocationOnUpdate === 'refused' ? ['locationId'] : []),
  ];
  if (refused.length > 0) throw unprocessable(...refused.map((name) => `property ${name} should not exist`));
}

function replied(world: GhlWorld, opportunity: StoredOpportunity): { opportunity: Record<string, unknown> } {
  return { opportunity: opportunityView(opportunity, world.store.contacts.get(opportunity.contactId)) };
}
