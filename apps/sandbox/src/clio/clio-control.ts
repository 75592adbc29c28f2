import type { ClioRegion } from '@firmbridge/clio-api';
import { z } from 'zod';
import type { SandboxContext } from '../context.js';
import { answerApi } from './api/api.js';
import { planFields } from './api/fields.js';
import { type Rendered, renderRecord } from './api/projection.js';
import { invalidArgument, notFound } from './api/refusal.js';
import type { ClioAccount } from './clio-account.js';
import type { ClioSandbox } from './clio-sandbox.js';
import { completeValues } from './control-values.js';
import { type CollectionName, collectionNames } from './data/collection.js';
import { collections } from './data/collections.js';
import { valuesOf } from './data/shapes.js';
import type { Values } from './data/store.js';
import type { DeliveryBehaviour, DeliveryRecord } from './webhooks/webhook-delivery.js';

export const clioPlaceSchema = z.object({
  region: z.enum(['us', 'eu', 'ca', 'au']).default('us'),
  firm: z.coerce.number().int().positive().default(1),
});
export type ClioPlace = z.input<typeof clioPlaceSchema>;

export const collectionNameSchema = z.enum(collectionNames);

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

/** What a test or a person can do to the Clio look-alike from behind. */
export class ClioControl {
  constructor(
    private readonly clio: ClioSandbox,
    private readonly context: SandboxContext,
  ) {}

  get switches(): ReturnType<ClioSandbox['currentSwitches']> {
    return this.clio.currentSwitches();
  }

  setSwitches(...changes: Parameters<ClioSandbox['setSwitches']>): ReturnType<ClioSandbox['setSwitches']> {
    return this.clio.setSwitches(...changes);
  }

  /** Requests per minute and access token; null lifts the limit. */
  setRateLimit(requestsPerMinute: number | null): void {
    this.clio.setSwitches({ requestsPerMinute });
  }

  /** Tokens as if a person had authorised, without the round trip. */
  issueTokens(place: ClioPlace = {}, user = 0): IssuedTokens {
    const { region, firm } = clioPlaceSchema.parse(place);
    const { clientId } = this.clio.app;
    const facts = { region, firm, user, clientId, redirectUri: 'http://127.0.0.1/', challenge: null };
    const claims = this.clio.tokens.redeemCode(this.clio.tokens.issueCode(facts));
    if (!claims) throw new Error('A code that was just issued cannot be redeemed.');
    const { accessToken, refreshToken, expiresIn } = this.clio.tokens.issueTokens(claims);
    return { accessToken, refreshToken: refreshToken ?? '', expiresIn };
  }

  expireAccessTokens(): void {
    this.clio.tokens.expireAccessTokens();
  }

  revokeTokens(): void {
    this.clio.tokens.revokeAll();
  }

  /** Every `next` handed out so far is refused. */
  expirePageTokens(): void {
    this.clio.tokenGeneration += 1;
  }

  count(collection: CollectionName, place: ClioPlace = {}): number {
    return this.account(place).firm.store.size(collection);
  }

  /** The id of the n-th record that the firm was born with. */
  idAt(collection: CollectionName, index: number, place: ClioPlace = {}): number {
    return this.account(place).firm.store.idOf(collection, index);
  }

  record(collection: CollectionName, id: number, place: ClioPlace = {}): Rendered {
    const { store } = this.account(place).firm;
    const { shape } = collections[collection];
    const plan = planFields(shape, [...(valuesOf(shape) ?? [])].join(','));
    return renderRecord(store, { name: collection, index: this.indexOf(collection, id, place) }, plan);
  }

  create(collection: CollectionName, values: Values, place: ClioPlace = {}): number {
    const { firm } = this.account(place);
    return firm.create(collection, completeValues(firm, collection, null, values)).id;
  }

  /** A merge patch: named values replace, rows and associations as wholes. Bumps updated_at and etag, fires webhooks. */
  edit(collection: CollectionName, id: number, patch: Values, place: ClioPlace = {}): void {
    const { firm } = this.account(place);
    const index = this.indexOf(collection, id, place);
    firm.update(collection, index, completeValues(firm, collection, index, patch));
  }

  remove(collection: CollectionName, id: number, place: ClioPlace = {}): void {
    this.account(place).firm.remove(collection, this.indexOf(collection, id, place));
  }

  /** A mass deletion, as by a person who ticks them all: webhooks fire for each. */
  removeMany(collection: CollectionName, ids: readonly number[], place: ClioPlace = {}): void {
    for (const id of ids) this.remove(collection, id, place);
  }

  /** The connected user may no longer see it: gone from lists, redacted where mentioned. */
  hide(collection: CollectionName, id: number, place: ClioPlace = {}): void {
    this.account(place).firm.hide(collection, id);
  }

  /** Renders all pages of list requests such as `/matters.json?fields=id&limit=200`; served as bytes until a write. */
  prerender(requests: readonly string[], place: ClioPlace = {}): { pages: number; bytes: number } {
    const account = this.account(place);
    const { region } = clioPlaceSchema.parse(place);
    const prefix = `${this.context.publicOrigin()}/clio/${region}/api/v4`;
    let bytes = 0;
    let pages = 0;
    for (const request of requests) {
      for (let at: string | null = request; at !== null; pages += 1) {
        const page = this.renderPage(account, prefix, at);
        account.firm.prerendered.set(at, { revision: account.firm.store.revision, body: page.body });
        bytes += page.body.length;
        at = page.next;
      }
    }
    return { pages, bytes };
  }

  setDeliveryBehaviour(changes: Partial<DeliveryBehaviour>): DeliveryBehaviour {
    return this.clio.setDeliveryBehaviour(changes);
  }

  /** Clio suspends what fails too often (clio-api section 7): here at once, and all of the firm. */
  suspendWebhooks(place: ClioPlace = {}): void {
    const { webhooks } = this.account(place);
    for (const { id } of webhooks.list()) webhooks.suspend(id);
  }

  deliveries(place: ClioPlace = {}): readonly DeliveryRecord[] {
    return this.account(place).deliveries.records;
  }

  /** Resolves when every delivery under way has ended. */
  deliveriesSettled(): Promise<void> {
    return this.clio.settled();
  }

  private renderPage(account: ClioAccount, prefix: string, at: string): { body: Buffer; next: string | null } {
    const [path = '', rawQuery = ''] = at.split('?', 2);
    const { status, body } = answerApi({
      method: 'GET',
      path: path.endsWith('.json') ? path : `${path}.json`,
      search: new URLSearchParams(rawQuery),
      rawQuery,
      header: () => undefined,
      body: null,
      account,
      user: 0,
      switches: this.clio.currentSwitches(),
      now: this.context.clock.now(),
      ownUrl: `${prefix}${path}`,
      tokenGeneration: this.clio.tokenGeneration,
    });
    if (status !== 200) throw invalidArgument(`${at} answers ${status}`);
    const next = (body as { meta?: { paging: { next?: string } } }).meta?.paging.next;
    return { body: Buffer.from(JSON.stringify(body)), next: next?.slice(prefix.length) ?? null };
  }

  private indexOf(collection: CollectionName, id: number, place: ClioPlace): number {
    const index = this.account(place).firm.store.indexOf(collection, id);
    if (index === null) throw notFound();
    return index;
  }

  private account(place: ClioPlace): ClioAccount {
    const { region, firm } = clioPlaceSchema.parse(place);
    const account = this.clio.account(region as ClioRegion, firm);
    if (!account) throw notFound();
    return account;
  }
}
