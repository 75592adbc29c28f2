import type { GhlFamily } from './versions.js';
import type { GhlScope } from './scopes.js';

export type GhlMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Whose token may call: a location's, an agency's, or either. */
export type GhlAudience = 'location' | 'agency' | 'either';

export interface GhlOperation {
  readonly method: GhlMethod;
  /** With `{names}` as in the published specification. */
  readonly path: string;
  readonly family: GhlFamily;
  readonly scope: GhlScope;
  readonly audience: GhlAudience;
  /** True when a repeat after an unknown outcome does no harm; HighLevel knows no idempotency key. */
  readonly idempotent: boolean;
}

const contacts = { family: 'contacts', audience: 'location' } as const;
const readContacts = { ...contacts, scope: 'contacts.readonly', idempotent: true } as const;
const writeContacts = { ...contacts, scope: 'contacts.write' } as const;
const opportunities = { family: 'opportunities', audience: 'location' } as const;
const readOpportunities = { ...opportunities, scope: 'opportunities.readonly', idempotent: true } as const;
const writeOpportunities = { ...opportunities, scope: 'opportunities.write' } as const;
const locations = { family: 'locations', audience: 'location' } as const;
const readFields = { ...locations, scope: 'locations/customFields.readonly', idempotent: true } as const;
const writeFields = { ...locations, scope: 'locations/customFields.write' } as const;
const readValues = { ...locations, scope: 'locations/customValues.readonly', idempotent: true } as const;
const users = { family: 'users', audience: 'either', scope: 'users.readonly', idempotent: true } as const;

/** Every call we make of the data API. The published specification is the test of this table. */
export const ghlOperations = {
  'contacts.search': { method: 'POST', path: '/contacts/search', ...readContacts },
  'contacts.get': { method: 'GET', path: '/contacts/{contactId}', ...readContacts },
  'contacts.find-duplicate': { method: 'GET', path: '/contacts/search/duplicate', ...readContacts },
  'contacts.create': { method: 'POST', path: '/contacts/', ...writeContacts, idempotent: false },
  'contacts.update': { method: 'PUT', path: '/contacts/{contactId}', ...writeContacts, idempotent: true },
  'contacts.upsert': { method: 'POST', path: '/contacts/upsert', ...writeContacts, idempotent: true },
  'contacts.delete': { method: 'DELETE', path: '/contacts/{contactId}', ...writeContacts, idempotent: true },
  'contacts.add-tags': { method: 'POST', path: '/contacts/{contactId}/tags', ...writeContacts, idempotent: true },
  'contacts.remove-tags': { method: 'DELETE', path: '/contacts/{contactId}/tags', ...writeContacts, idempotent: true },
  'notes.list': { method: 'GET', path: '/contacts/{contactId}/notes', ...readContacts },
  'notes.create': { method: 'POST', path: '/contacts/{contactId}/notes', ...writeContacts, idempotent: false },
  'notes.get': { method: 'GET', path: '/contacts/{contactId}/notes/{id}', ...readContacts },
  'notes.update': { method: 'PUT', path: '/contacts/{contactId}/notes/{id}', ...writeContacts, idempotent: true },
  'notes.delete': { method: 'DELETE', path: '/contacts/{contactId}/notes/{id}', ...writeContacts, idempotent: true },
  'tasks.list': { method: 'GET', path: '/contacts/{contactId}/tasks', ...readContacts },
  'tasks.create': { method: 'POST', path: '/contacts/{contactId}/tasks', ...writeContacts, idempotent: false },
  'tasks.get': { method: 'GET', path: '/contacts/{contactId}/tasks/{taskId}', ...readContacts },
  'tasks.update': { method: 'PUT', path: '/contacts/{contactId}/tasks/{taskId}', ...writeContacts, idempotent: true },
  'tasks.complete': {
    method: 'PUT',
    path: '/contacts/{contactId}/tasks/{taskId}/completed',
    ...writeContacts,
    idempotent: true,
  },
  'tasks.delete': {
    method: 'DELETE',
    path: '/contacts/{contactId}/tasks/{taskId}',
    ...writeContacts,
    idempotent: true,
  },
  'tasks.search': {
    method: 'POST',
    path: '/locations/{locationId}/tasks/search',
    ...locations,
    scope: 'locations/tasks.readonly',
    idempotent: true,
  },
  'opportunities.search': { method: 'POST', path: '/opportunities/search', ...readOpportunities },
  'opportunities.list': { method: 'GET', path: '/opportunities/search', ...readOpportunities },
  'opportunities.get': { method: 'GET', path: '/opportunities/{id}', ...readOpportunities },
  'opportunities.create': { method: 'POST', path: '/opportunities/', ...writeOpportunities, idempotent: false },
  'opportunities.update': { method: 'PUT', path: '/opportunities/{id}', ...writeOpportunities, idempotent: true },
  'opportunities.update-status': {
    method: 'PUT',
    path: '/opportunities/{id}/status',
    ...writeOpportunities,
    idempotent: true,
  },
  'opportunities.upsert': { method: 'POST', path: '/opportunities/upsert', ...writeOpportunities, idempotent: false },
  'opportunities.delete': { method: 'DELETE', path: '/opportunities/{id}', ...writeOpportunities, idempotent: true },
  'pipelines.list': { method: 'GET', path: '/opportunities/pipelines', ...readOpportunities },
  'lost-reasons.list': { method: 'GET', path: '/opportunities/lost-reason', ...readOpportunities },
  'locations.get': {
    method: 'GET',
    path: '/locations/{locationId}',
    ...locations,
    audience: 'either',
    scope: 'locations.readonly',
    idempotent: true,
  },
  'custom-fields.list': { method: 'GET', path: '/locations/{locationId}/customFields', ...readFields },
  'custom-fields.get': { method: 'GET', path: '/locations/{locationId}/customFields/{id}', ...readFields },
  'custom-fields.create': {
    method: 'POST',
    path: '/locations/{locationId}/customFields',
    ...writeFields,
    idempotent: false,
  },
  'custom-fields.update': {
    method: 'PUT',
    path: '/locations/{locationId}/customFields/{id}',
    ...writeFields,
    idempotent: true,
  },
  'custom-fields.delete': {
    method: 'DELETE',
    path: '/locations/{locationId}/customFields/{id}',
    ...writeFields,
    idempotent: true,
  },
  'custom-values.list': { method: 'GET', path: '/locations/{locationId}/customValues', ...readValues },
  'custom-values.get': { method: 'GET', path: '/locations/{locationId}/customValues/{id}', ...readValues },
  'location-tags.list': {
    method: 'GET',
    path: '/locations/{locationId}/tags',
    ...locations,
    scope: 'locations/tags.readonly',
    idempotent: true,
  },
  'location-tags.create': {
    method: 'POST',
    path: '/locations/{locationId}/tags',
    ...locations,
    scope: 'locations/tags.write',
    idempotent: false,
  },
  'users.search': { method: 'GET', path: '/users/search', ...users },
  'users.get': { method: 'GET', path: '/users/{userId}', ...users },
  'oauth.location-token': {
    method: 'POST',
    path: '/oauth/locationToken',
    family: 'oauth',
    audience: 'agency',
    scope: 'oauth.write',
    idempotent: true,
  },
  'oauth.installed-locations': {
    method: 'GET',
    path: '/oauth/installedLocations',
    family: 'oauth',
    audience: 'agency',
    scope: 'oauth.readonly',
    idempotent: true,
  },
} as const satisfies Record<string, GhlOperation>;

export type GhlOperationName = keyof typeof ghlOperations;

export const ghlOperationNames = Object.keys(ghlOperations) as readonly GhlOperationName[];
