import type { SandboxContext } from '../context.js';
import type { Change } from './changes.js';
import { ContactBook } from './contacts/contact-book.js';
import type { StoredContact, StoredLocation, StoredOpportunity } from './data/records.js';
import { companyIdOf, seedStore, type SeedSize } from './data/seed.js';
import { hexadecimal } from './data/ids.js';
import { GhlStore } from './data/store.js';
import { wrongLocation } from './http/errors.js';
import { GhlRateLimiter } from './http/rate-limiter.js';
import { registeredApp, type RegisteredApp } from './oauth/app.js';
import { Grants } from './oauth/grants.js';
import { Installations } from './oauth/installations.js';
import { TokenIssuer } from './oauth/token-issuer.js';
import { OpportunityBook } from './opportunities/opportunity-book.js';
import { DelayedIndex } from './search/delayed-index.js';
import { SwitchBoard, type GhlSwitchesPatch } from './switches.js';
import { WebhookEmitter } from './webhooks/emitter.js';
import { eventsOf } from './webhooks/fan-out.js';
import { SigningKey } from './webhooks/signing-key.js';

export interface GhlOptions {
  /** First positions of switches; a reset returns to them. */
  readonly switches?: GhlSwitchesPatch;
  readonly size?: Partial<SeedSize>;
}

interface Owner {
  readonly authClass: 'Company' | 'Location';
  readonly authClassId: string;
}

/** One agency and everything in it. Routes and control act on this and on nothing else. */
export class GhlWorld {
  readonly app: RegisteredApp;
  readonly companyId: string;
  readonly switches: SwitchBoard;
  readonly store: GhlStore;
  readonly grants: Grants;
  readonly installations: Installations;
  readonly tokens: TokenIssuer;
  readonly limiter: GhlRateLimiter;
  readonly contacts: ContactBook;
  readonly opportunities: OpportunityBook;
  readonly contactIndex: DelayedIndex<StoredContact>;
  readonly opportunityIndex: DelayedIndex<StoredOpportunity>;
  readonly signingKey: SigningKey;
  readonly webhooks: WebhookEmitter;
  private readonly size: SeedSize;

  constructor(
    readonly context: SandboxContext,
    options: GhlOptions,
  ) {
    const now = () => context.clock.now();
    const milliseconds = () => now().getTime();
    this.size = { contacts: 20, opportunities: 10, ...options.size };
    this.app = registeredApp(context);
    this.companyId = companyIdOf(context);
    this.switches = new SwitchBoard(options.switches);
    this.store = new GhlStore(context);
    this.grants = new Grants(context.journal);
    this.installations = new Installations(context.journal);
    this.tokens = new TokenIssuer(context, this.app, this.grants, this.store);
    this.limiter = new GhlRateLimiter(milliseconds, () => this.switches.now);
    const book = {
      store: this.store,
      switches: this.switches,
      now,
      onChange: (change: Change) => this.changed(change),
    };
    this.contacts = new ContactBook(book);
    this.opportunities = new OpportunityBook(book);
    this.contactIndex = new DelayedIndex(milliseconds, () => this.switches.now.indexDelayMs);
    this.opportunityIndex = new DelayedIndex(milliseconds, () => this.switches.now.indexDelayMs);
    this.signingKey = new SigningKey(hexadecimal(context.randomFor('ghl', 'webhook key'), 64));
    const random = context.randomFor('ghl', 'webhooks');
    this.webhooks = new WebhookEmitter({ key: this.signingKey, switches: () => this.switches.now, now, random });
    this.fill();
    this.store.replay();
    this.fillIndexes();
    context.onReset(() => this.reset());
  }

  now(): Date {
    return this.context.clock.now();
  }

  /** The location, or the refusal for one that is not of this agency. */
  location(id: string | undefined): StoredLocation {
    const location = id === undefined ? undefined : this.store.locations.get(id);
    if (!location) throw wrongLocation();
    return location;
  }

  /** Tells the search index at its pace, and whoever listens to webhooks. */
  changed(change: Change): void {
    if (change.of === 'contact') this.contactIndex.write((change.after ?? change.before)?.id ?? '', change.after);
    if (change.of === 'opportunity')
      this.opportunityIndex.write((change.after ?? change.before)?.id ?? '', change.after);
    const installation = this.installations.reaching(this.location(change.locationId));
    if (!installation) return;
    const scope = change.of === 'opportunity' ? 'opportunities.readonly' : 'contacts.readonly';
    if (!installation.scopes.includes(scope)) return;
    for (const { type, payload } of eventsOf(change, this.switches.now)) {
      this.webhooks.emit(type, { ...this.sender(), locationId: change.locationId }, payload);
    }
  }

  install(owner: Owner, { scopes, userId }: { scopes: string[]; userId: string }): void {
    const { companyId } = this;
    const installedAt = this.now().toISOString();
    this.installations.save({ ...owner, companyId, userId, scopes, installedAt, removed: false });
    const installType = owner.authClass;
    const details = { installType, userId, isWhitelabelCompany: false, whitelabelDetails: {} };
    this.webhooks.emit('INSTALL', { ...this.sender(), ...this.named(owner), companyId }, details);
  }

  /** Removes the app from a location or the agency: its tokens die with it. */
  uninstall(ownerId: string): boolean {
    const own = this.installations.of(ownerId);
    const location = this.store.locations.get(ownerId);
    if (!own && !(location && this.installations.reaching(location))) return false;
    if (own) this.installations.save({ ...own, removed: true });
    const isWhole = own?.authClass === 'Company';
    this.grants.revoke((grant) => grant.authClassId === ownerId || (isWhole && grant.companyId === ownerId));
    const named = isWhole ? { companyId: ownerId } : { locationId: ownerId };
    this.webhooks.emit('UNINSTALL', { ...this.sender(), ...named }, {});
    return true;
  }

  private reset(): void {
    this.webhooks.clear();
    this.grants.clear();
    this.installations.clear();
    this.limiter.reset();
    this.switches.reset();
    this.store.clear();
    this.fill();
    this.fillIndexes();
  }

  private fill(): void {
    seedStore(this.store, this.context, this.size);
  }

  private fillIndexes(): void {
    this.contactIndex.clear();
    this.opportunityIndex.clear();
    for (const contact of this.store.contacts.all()) this.contactIndex.load(contact.id, contact);
    for (const opportunity of this.store.opportunities.all()) this.opportunityIndex.load(opportunity.id, opportunity);
  }

  private sender() {
    return { appId: this.app.appId, versionId: this.app.versionId };
  }

  private named({ authClass, authClassId }: Owner) {
    return authClass === 'Location' ? { locationId: authClassId } : {};
  }
}
