import { contactTagsSchema, createContactSchema, updateContactSchema, upsertContactSchema } from '@firmbridge/ghl-api';
import type { Router } from 'express';
import { unprocessable } from '../http/errors.js';
import { mountRoute, type GhlCall } from '../http/route.js';
import type { GhlWorld } from '../world.js';
import { contactView } from './contact-view.js';
import { byEmail, byPhone, matchingOrder } from './duplicates.js';
import { e164 } from './phone.js';

export const locationOfContact = ({ world, params }: Pick<GhlCall, 'world' | 'params'>) =>
  world.store.contacts.get(params['contactId'] ?? '')?.locationId;

/** Contacts by id, their writes and their tags (section 3.1). */
export function mountContacts(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'contacts.find-duplicate',
    handle: (call) => ({ status: 200, body: { contact: duplicateOf(call) } }),
  });
  mountWrites(router, world);
  mountRoute(router, world, {
    operation: 'contacts.get',
    locationOf: locationOfContact,
    handle: ({ params }) => ({ status: 200, body: { contact: view(world, params['contactId']) } }),
  });
  mountRoute(router, world, {
    operation: 'contacts.delete',
    locationOf: locationOfContact,
    handle: ({ params, author }) => {
      world.contacts.delete(world.contacts.require(params['contactId']), author);
      return { status: 200, body: { succeded: true } };
    },
  });
  mountTags(router, world);
}

function mountWrites(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'contacts.upsert',
    body: () => upsertContactSchema,
    handle: ({ author }, { locationId, ...write }) => {
      const { new: isNew, contact } = world.contacts.upsert(world.location(locationId), write, author);
      const status = isNew ? Number(world.switches.now.upsertInsertStatus) : 200;
      return { status, body: { new: isNew, contact: contactView(contact, world.switches.now) } };
    },
  });
  mountRoute(router, world, {
    operation: 'contacts.create',
    body: () => createContactSchema,
    handle: ({ author }, { locationId, ...write }) => {
      const contact = world.contacts.create(world.location(locationId), write, author);
      return { status: 201, body: { contact: contactView(contact, world.switches.now) } };
    },
  });
  mountRoute(router, world, {
    operation: 'contacts.update',
    locationOf: locationOfContact,
    body: () => updateContactSchema,
    handle: ({ params, author }, write) => {
      const contact = world.contacts.update(world.contacts.require(params['contactId']), write, author);
      return { status: 200, body: { succeded: true, contact: contactView(contact, world.switches.now) } };
    },
  });
}

function mountTags(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'contacts.add-tags',
    locationOf: locationOfContact,
    body: () => contactTagsSchema,
    handle: ({ params, author }, { tags }) => {
      const before = world.contacts.require(params['contactId']);
      const after = world.contacts.addTags(before, tags, author);
      const tagsAdded = after.tags.filter((tag) => !before.tags.includes(tag));
      return { status: 201, body: { tags: after.tags, tagsAdded } };
    },
  });
  mountRoute(router, world, {
    operation: 'contacts.remove-tags',
    locationOf: locationOfContact,
    body: () => contactTagsSchema,
    handle: ({ params, author }, { tags }) => {
      const before = world.contacts.require(params['contactId']);
      const after = world.contacts.removeTags(before, tags, author);
      const tagsRemoved = before.tags.filter((tag) => !after.tags.includes(tag));
      return { status: 200, body: { tags: after.tags, tagsRemoved } };
    },
  });
}

/** Reads the records themselves, not the index: it sees the newest state. */
function duplicateOf({ world, query }: GhlCall): Record<string, unknown> | null {
  if (!query['locationId']) throw unprocessable('locationId should not be empty');
  const location = world.location(query['locationId']);
  const contacts = world.store.contacts.where(({ locationId }) => locationId === location.id);
  const phone = query['number'] && e164(query['number'], location.country);
  const found = matchingOrder(location)
    .map((field) => (field === 'email' ? byEmail(contacts, query['email']) : byPhone(contacts, phone)))
    .find((match) => match !== undefined);
  return found ? contactView(found.contact, world.switches.now) : null;
}

function view(world: GhlWorld, id: string | undefined): Record<string, unknown> {
  return contactView(world.contacts.require(id), world.switches.now);
}
