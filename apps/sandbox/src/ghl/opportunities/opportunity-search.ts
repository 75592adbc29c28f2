import {
  opportunityFilterFields,
  opportunityRangeFields,
  opportunitySortFields,
  searchOpportunitiesSchema,
} from '@firmbridge/ghl-api';
import type { Router } from 'express';
import { fullNameOf } from '../contacts/contact-view.js';
import type { StoredOpportunity } from '../data/records.js';
import { unprocessable } from '../http/errors.js';
import { mountRoute, type GhlCall } from '../http/route.js';
import { searchPage, type Hit, type SearchRules } from '../search/page.js';
import type { GhlWorld } from '../world.js';
import { opportunityHit } from './opportunity-view.js';

const customFieldPrefix = 'custom_fields.';

/** Both searches run over the delayed index (section 4). */
export function mountOpportunitySearch(router: Router, world: GhlWorld): void {
  mountRoute(router, world, {
    operation: 'opportunities.search',
    body: () => searchOpportunitiesSchema,
    handle: (_, { locationId, limit, query, additionalDetails: __, ...request }) => {
      const page = searchPage(within(world, { locationId, query }), { ...request, size: limit }, rulesOf(world));
      const opportunities = page.hits.map((hit) => ({ ...hitView(world, hit), ...cursorOf(world, hit) }));
      return { status: 200, body: { opportunities, total: page.total, aggregations: {} } };
    },
  });
  mountRoute(router, world, {
    operation: 'opportunities.list',
    handle: (call) => ({ status: 200, body: listed(call) }),
  });
}

/** What the GET search calls the filters. */
const listFilters = ['pipeline_id', 'pipeline_stage_id', 'contact_id', 'status', 'assigned_to', 'id'] as const;

/** GET: snake_case parameters, pages by number or by `startAfter` and `startAfterId`, no filter by change. */
function listed({ world, query }: GhlCall): Record<string, unknown> {
  const locationId = query['location_id'];
  if (!locationId) throw unprocessable("location_id can't be undefined");
  const limit = numberIn(query, 'limit', { initial: 20, largest: 100 });
  const filters = listFilters.flatMap((field) => {
    const value = query[field];
    return value === undefined || value === 'all' ? [] : [{ field, operator: 'eq', value } as const];
  });
  const { startAfter, startAfterId } = query;
  const after = startAfter && startAfterId ? [Number(startAfter), startAfterId] : undefined;
  const number = after ? undefined : numberIn(query, 'page', { initial: 1, largest: 10_000 });
  const documents = within(world, { locationId, query: query['q'] });
  const page = searchPage(documents, { size: limit, page: number, searchAfter: after, filters }, rulesOf(world));
  const last = page.hits.at(-1);
  const more = page.hits.length === limit;
  return {
    opportunities: page.hits.map((hit) => hitView(world, hit)),
    meta: {
      total: page.total,
      currentPage: number ?? 1,
      nextPage: more ? (number ?? 1) + 1 : null,
      prevPage: number !== undefined && number > 1 ? number - 1 : null,
      ...(last ? { startAfter: last.searchAfter[0], startAfterId: last.searchAfter[1] } : {}),
      nextPageUrl: last && more ? nextPageUrl(world, { ...query, limit: String(limit) }, last) : null,
    },
    aggregations: {},
  };
}

function nextPageUrl(world: GhlWorld, query: GhlCall['query'], { searchAfter }: Hit<StoredOpportunity>): string {
  const url = new URL(`${world.context.publicOrigin()}/ghl/opportunities/search`);
  const [startAfter, startAfterId] = searchAfter;
  const parameters = { ...query, page: undefined, startAfter: String(startAfter), startAfterId: String(startAfterId) };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

function numberIn(query: GhlCall['query'], name: string, { initial, largest }: { initial: number; largest: number }) {
  const text = query[name];
  if (text === undefined) return initial;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw unprocessable(`${name} must be a positive number`);
  if (number > largest) throw unprocessable(`${name} must not be greater than ${largest}`);
  return number;
}

function within(world: GhlWorld, { locationId, query }: { locationId: string; query?: string | undefined }) {
  const found = world.opportunityIndex.found().filter((opportunity) => opportunity.locationId === locationId);
  const wanted = query?.toLowerCase();
  return wanted
    ? found.filter((opportunity) => textsOf(world, opportunity).some((text) => text.includes(wanted)))
    : found;
}

function textsOf(world: GhlWorld, { name, contactId }: StoredOpportunity): string[] {
  const contact = world.store.contacts.get(contactId);
  const texts = contact ? [fullNameOf(contact), contact.texts.email, contact.texts.phone] : [];
  return [name, ...texts].map((text) => (text ?? '').toLowerCase());
}

function hitView(world: GhlWorld, { document }: Hit<StoredOpportunity>) {
  const typed = world.switches.now.opportunitySearchFields === 'typed';
  return opportunityHit(document, world.store.contacts.get(document.contactId), typed);
}

function cursorOf(world: GhlWorld, { searchAfter }: Hit<StoredOpportunity>): Record<string, unknown> {
  const { opportunityCursor } = world.switches.now;
  return opportunityCursor === 'absent' ? {} : { [opportunityCursor]: searchAfter };
}

function rulesOf(world: GhlWorld): SearchRules<StoredOpportunity> {
  return {
    known: opportunityFilterFields,
    ranges: opportunityRangeFields,
    customFieldPrefix,
    withoutContains: [],
    sortable: opportunitySortFields,
    defaultSort: { field: 'date_added', direction: 'desc' },
    instants: opportunityRangeFields.filter((field) => field !== 'monetary_value'),
    read: (opportunity, field) => readField(world, opportunity, field),
  };
}

const plainFields: Readonly<Record<string, keyof StoredOpportunity>> = {
  id: 'id',
  name: 'name',
  status: 'status',
  source: 'source',
  monetary_value: 'monetaryValue',
  pipeline_id: 'pipelineId',
  pipeline_stage_id: 'pipelineStageId',
  lost_reason_id: 'lostReasonId',
  assigned_to: 'assignedTo',
  contact_id: 'contactId',
  date_added: 'createdAt',
  date_updated: 'updatedAt',
  last_status_change_date: 'lastStatusChangeAt',
  last_stage_change_date: 'lastStageChangeAt',
};

function readField(world: GhlWorld, opportunity: StoredOpportunity, field: string): unknown {
  const plain = plainFields[field];
  if (plain) return opportunity[plain];
  if (field.startsWith(customFieldPrefix)) {
    return opportunity.customFields.find(({ id }) => id === field.slice(customFieldPrefix.length))?.value;
  }
  const contact = world.store.contacts.get(opportunity.contactId);
  if (!contact) return undefined;
  const { companyName, email, phone } = contact.texts;
  const byName: Record<string, unknown> = {
    contact_name: fullNameOf(contact),
    company_name: companyName,
    email,
    phone,
  };
  return byName[field];
}
