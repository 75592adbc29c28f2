import { searchTasksSchema } from '@firmbridge/ghl-api';
import type { Router } from 'express';
import { z } from 'zod';
import { taskView } from '../contacts/task-routes.js';
import type { StoredLocation, StoredTask } from '../data/records.js';
import { refusal } from '../http/errors.js';
import { mountRoute } from '../http/route.js';
import type { GhlWorld } from '../world.js';

const tagSchema = z.strictObject({ name: z.string().min(1) });

/** The sub-account itself, its tags and its tasks (section 5). */
export function mountLocations(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'locations.get',
    handle: ({ params }) => ({ status: 200, body: { location: locationView(world.location(params['locationId'])) } }),
  });
  mountRoute(router, world, {
    operation: 'custom-values.list',
    handle: ({ params }) => ({
      status: 200,
      body: { customValues: world.store.customValues.where((value) => value.locationId === params['locationId']) },
    }),
  });
  mountRoute(router, world, {
    operation: 'custom-values.get',
    handle: ({ params }) => {
      const value = world.store.customValues.get(params['id'] ?? '');
      if (value?.locationId === params['locationId']) return { status: 200, body: { customValue: value } };
      throw refusal(Number(world.switches.now.missingRecordStatus), 'Custom value not found');
    },
  });
  mountRoute(router, world, {
    operation: 'location-tags.list',
    handle: ({ params }) => ({
      status: 200,
      body: { tags: world.store.tags.where((tag) => tag.locationId === params['locationId']) },
    }),
  });
  mountRoute(router, world, {
    operation: 'location-tags.create',
    body: () => tagSchema,
    handle: ({ params }, body) => {
      const locationId = world.location(params['locationId']).id;
      const name = body.name.trim().toLowerCase();
      const existing = world.store.tags.find((tag) => tag.locationId === locationId && tag.name === name);
      if (existing) throw refusal(400, 'The tag name is already exist.');
      return { status: 201, body: { tag: world.store.tags.put({ id: world.store.tags.nextId(), locationId, name }) } };
    },
  });
  mountRoute(router, world, {
    operation: 'tasks.search',
    body: () => searchTasksSchema,
    handle: ({ params }, { limit, skip = 0, ...wanted }) => {
      const tasks = tasksOf(world, params['locationId']).filter((task) => isWanted(task, wanted));
      const page = tasks.slice(skip, skip + (limit ?? 25));
      return { status: 200, body: { tasks: page.map(taskView) } };
    },
  });
}

function tasksOf(world: GhlWorld, locationId: string | undefined): StoredTask[] {
  return world.store.tasks.where(({ contactId }) => world.store.contacts.get(contactId)?.locationId === locationId);
}

type Wanted = Omit<z.output<typeof searchTasksSchema>, 'limit' | 'skip'>;

function isWanted(task: StoredTask, { contactId, completed, assignedTo, query }: Wanted): boolean {
  return (
    (contactId === undefined || contactId.includes(task.contactId)) &&
    (completed === undefined || completed === task.completed) &&
    (assignedTo === undefined || assignedTo.includes(task.assignedTo ?? '')) &&
    (query === undefined || task.title.toLowerCase().includes(query.toLowerCase()))
  );
}

/** The matching order of duplicates is not exposed. */
function locationView({ matching: _, suspended: __, ...location }: StoredLocation): Record<string, unknown> {
  const { name, address, city, state, country, postalCode, website, timezone } = location;
  const business = { name, address, city, state, country, postalCode, website, timezone };
  return { ...location, business, social: {} };
}
