import type { CreateGhlOpportunity } from '@firmbridge/ghl-api';
import type { ContactWrite } from './contacts/contact-write.js';
import { contactView } from './contacts/contact-view.js';
import { seedLocation } from './data/seed.js';
import type { Author, StoredLocation } from './data/records.js';
import { privateTokenOf } from './oauth/app.js';
import type { OpportunityWrite } from './opportunities/opportunity-book.js';
import { opportunityView } from './opportunities/opportunity-view.js';
import { ghlSwitchMeanings, type GhlSwitches } from './switches.js';
import type { Delivery, WebhookEndpoints } from './webhooks/emitter.js';
import type { GhlWorld } from './world.js';

/** What a client needs to know to use the sandbox as if it were HighLevel. */
export interface GhlFacts {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly appId: string;
  readonly versionId: string;
  readonly companyId: string;
  readonly scopes: readonly string[];
  readonly webhookPublicKey: string;
  /** Of the agency; it reaches no contacts. */
  readonly agencyPrivateToken: string;
  readonly locations: readonly { readonly id: string; readonly name: string; readonly privateToken: string }[];
}

export type GhlRecordView = Readonly<Record<string, unknown>>;

/** Everything that is not the API: the portal, the settings pages, people at work, and the switches. */
export class GhlControl {
  constructor(private readonly world: GhlWorld) {}

  facts(): GhlFacts {
    const { app, companyId, context, signingKey, store } = this.world;
    const { clientId, clientSecret, appId, versionId, scopes } = app;
    return {
      clientId,
      clientSecret,
      appId,
      versionId,
      companyId,
      scopes,
      webhookPublicKey: signingKey.publicKey,
      agencyPrivateToken: privateTokenOf(context, companyId),
      locations: store.locations.all().map(({ id, name }) => ({ id, name, privateToken: privateTokenOf(context, id) })),
    };
  }

  switches(): GhlSwitches {
    return this.world.switches.now;
  }

  /** Throws on an unknown switch or position. */
  setSwitches(patch: unknown): GhlSwitches {
    return this.world.switches.set(patch);
  }

  resetSwitches(): void {
    this.world.switches.reset();
  }

  switchMeanings(): Readonly<Record<string, string>> {
    return ghlSwitchMeanings;
  }

  /** The portal's webhook settings of the app. */
  setWebhookEndpoints(endpoints: Partial<WebhookEndpoints>): void {
    this.world.webhooks.setEndpoints({ defaultUrl: null, byEvent: {}, ...endpoints });
  }

  webhookDeliveries(): readonly Delivery[] {
    return this.world.webhooks.deliveries();
  }

  resendWebhook(webhookId: string): boolean {
    return this.world.webhooks.resend(webhookId);
  }

  webhooksIdle(): Promise<void> {
    return this.world.webhooks.idle();
  }

  /** Installs the app for a location or the agency and gives its tokens, as the token endpoint would. */
  issueTokens(ownerId: string): GhlRecordView {
    const { app, companyId, grants, tokens } = this.world;
    const authClass = ownerId === companyId ? 'Company' : 'Location';
    if (authClass === 'Location') this.world.location(ownerId);
    const owner = { authClass, authClassId: ownerId } as const;
    const grant = grants.rotate(tokens.newGrant(owner, app.scopes), this.world.now());
    this.world.install(owner, { scopes: [...app.scopes], userId: grant.userId });
    return tokens.replyFor(grant);
  }

  /** The access tokens given so far answer 401 from now on; they can be refreshed. */
  expireAccessTokens(): void {
    this.world.grants.expireAccess();
  }

  /** Removes the app from a location or the agency; false when it is not there. */
  uninstall(ownerId: string): boolean {
    return this.world.uninstall(ownerId);
  }

  addLocation(): { id: string; name: string; privateToken: string } {
    const { store, context } = this.world;
    const { id, name } = seedLocation(store, context, store.locations.all().length);
    return { id, name, privateToken: privateTokenOf(context, id) };
  }

  /** The settings pages: duplicates, their matching order, suspension. */
  setLocation(id: string, change: LocationChange): void {
    const { settings, ...rest } = change;
    const location = this.world.location(id);
    this.world.store.locations.put({ ...location, ...rest, settings: { ...location.settings, ...settings } });
  }

  /** A person at work in HighLevel's own pages. */
  createContact(locationId: string, write: ContactWrite): GhlRecordView {
    return this.contact(this.world.contacts.create(this.world.location(locationId), write, person).id);
  }

  updateContact(id: string, write: ContactWrite): GhlRecordView {
    return this.contact(this.world.contacts.update(this.world.contacts.require(id), write, person).id);
  }

  /** Additional addresses cannot be written through the API. */
  setAdditionalEmails(contactId: string, additionalEmails: readonly string[]): void {
    const contact = this.world.contacts.require(contactId);
    this.world.store.contacts.put({
      ...contact,
      additionalEmails: additionalEmails.map((email) => email.toLowerCase()),
    });
  }

  deleteContact(id: string): void {
    this.world.contacts.delete(this.world.contacts.require(id), person);
  }

  contact(id: string): GhlRecordView {
    return contactView(this.world.contacts.require(id), this.world.switches.now);
  }

  contacts(locationId: string): GhlRecordView[] {
    const contacts = this.world.store.contacts.where((contact) => contact.locationId === locationId);
    return contacts.map((contact) => contactView(contact, this.world.switches.now));
  }

  createOpportunity(locationId: string, write: Omit<CreateGhlOpportunity, 'locationId'>): GhlRecordView {
    const location = this.world.location(locationId);
    return this.opportunity(this.world.opportunities.create(location, write, person).id);
  }

  updateOpportunity(id: string, write: OpportunityWrite): GhlRecordView {
    const opportunity = this.world.opportunities.require(id);
    return this.opportunity(this.world.opportunities.update(opportunity, write, person).id);
  }

  deleteOpportunity(id: string): void {
    this.world.opportunities.delete(this.world.opportunities.require(id), person);
  }

  opportunity(id: string): GhlRecordView {
    const opportunity = this.world.opportunities.require(id);
    return opportunityView(opportunity, this.world.store.contacts.get(opportunity.contactId));
  }

  opportunities(locationId: string): GhlRecordView[] {
    const opportunities = this.world.store.opportunities.where((opportunity) => opportunity.locationId === locationId);
    return opportunities.map(({ id }) => this.opportunity(id));
  }

  /** What only HighLevel's own pages can change: no API does, and no webhook tells of it. */
  editDefinition(collection: DefinitionCollection, id: string, change: Readonly<Record<string, unknown>>): void {
    const records = this.world.store[collection];
    const known = records.get(id);
    if (!known) throw new Error(`There is no ${id} among ${collection}.`);
    records.put({ ...known, ...change, id } as never);
  }

  definitions(collection: DefinitionCollection): readonly { readonly id: string }[] {
    return this.world.store[collection].all();
  }

  removeDefinition(collection: DefinitionCollection, id: string): void {
    this.world.store[collection].remove(id);
  }

  /** Stops webhooks that have not left yet. */
  close(): void {
    this.world.webhooks.clear();
  }
}

export type DefinitionCollection = 'users' | 'pipelines' | 'customFields' | 'customValues';

export interface LocationChange {
  readonly settings?: Partial<StoredLocation['settings']>;
  readonly matching?: StoredLocation['matching'];
  readonly suspended?: boolean;
}

const person: Author = { source: 'WEB_USER', channel: 'APP', sourceId: 'a-person' };
