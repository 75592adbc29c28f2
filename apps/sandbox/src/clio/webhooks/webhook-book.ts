import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Journal, JournalTopic } from '../../journal.js';
import { type Plan } from '../api/fields.js';
import { type Rendered, renderRow } from '../api/projection.js';
import { invalidArgument, notFound } from '../api/refusal.js';
import type { ClioFirm } from '../clio-firm.js';
import { idOf, Ref, rowKinds } from '../data/collection.js';
import { etagText, instantText } from '../data/values.js';
import type { ClioSwitches } from '../switches.js';
import { type WebhookState, webhookStateSchema } from './webhook.js';
import { webhookSettings } from './webhook-input.js';
import type { WebhookSender } from './webhook-sender.js';

const entrySchema = z.union([webhookStateSchema, z.object({ firm: z.string(), deleted: z.int() })]);
type Entry = z.output<typeof entrySchema>;

export interface WebhookSurroundings {
  readonly journal: Journal;
  readonly clock: { now(): Date };
  readonly switches: () => ClioSwitches;
  readonly sender: WebhookSender;
}

/** The webhooks of a firm: pending until their URL has proved itself, gone when they expire (clio-api section 7). */
export class WebhookBook {
  private readonly webhooks = new Map<number, WebhookState>();
  private readonly journal: JournalTopic<Entry>;
  private created = 0;

  constructor(
    private readonly firm: ClioFirm,
    private readonly surroundings: WebhookSurroundings,
  ) {
    this.journal = surroundings.journal.topic('clio.webhooks', entrySchema);
    for (const entry of this.journal.replay()) if (entry.firm === firm.firm.key) this.apply(entry);
  }

  list(): WebhookState[] {
    const nowMs = this.nowMs();
    for (const [id, { expiresMs }] of this.webhooks) if (expiresMs <= nowMs) this.webhooks.delete(id);
    return [...this.webhooks.values()];
  }

  get(id: number): WebhookState {
    const webhook = this.list().find((one) => one.id === id);
    if (!webhook) throw notFound();
    return webhook;
  }

  /** The handshake goes out at once and may arrive before the caller has its answer. */
  create(data: unknown, user: number): WebhookState {
    const switches = this.surroundings.switches();
    if (this.list().length >= (switches.webhookLimit ?? Infinity)) throw invalidArgument('too many webhooks');
    const nowMs = this.nowMs();
    const webhook = this.save({
      ...webhookSettings(data, null, { switches, nowMs }),
      id: idOf(this.firm.firm, rowKinds.webhook, this.created),
      firm: this.firm.firm.key,
      user,
      status: 'pending',
      sharedSecret: randomBytes(24).toString('hex'),
      createdMs: nowMs,
      updatedMs: nowMs,
      version: 0,
    });
    void this.shakeHands(webhook);
    return webhook;
  }

  patch(id: number, data: unknown): WebhookState {
    const known = this.get(id);
    const switches = this.surroundings.switches();
    const settings = webhookSettings(data, known, { switches, nowMs: this.nowMs() });
    const isNewUrl = settings.url !== known.url;
    const mayRestart = known.status !== 'suspended' || switches.newUrlEndsSuspension;
    const restarted =
      isNewUrl && mayRestart ? { status: 'pending' as const, sharedSecret: randomBytes(24).toString('hex') } : {};
    const webhook = this.touch({ ...known, ...settings, ...restarted });
    if (isNewUrl && mayRestart) void this.shakeHands(webhook);
    return webhook;
  }

  remove(id: number): void {
    this.get(id);
    this.record({ firm: this.firm.firm.key, deleted: id });
  }

  /** The delayed handshake: PUT .../activate with the secret. */
  activate(id: number, secret: string | undefined): WebhookState {
    const webhook = this.get(id);
    if (secret !== webhook.sharedSecret) throw invalidArgument('X-Hook-Secret does not match');
    return webhook.status === 'pending' ? this.touch({ ...webhook, status: 'enabled' }) : webhook;
  }

  suspend(id: number): void {
    const webhook = this.webhooks.get(id);
    if (webhook) this.touch({ ...webhook, status: 'suspended' });
  }

  render(webhook: WebhookState, plan: Plan): Rendered {
    const { firm } = this.firm;
    const row = {
      id: webhook.id,
      etag: etagText(firm, [rowKinds.webhook, webhook.id], webhook.version),
      url: webhook.url,
      fields: webhook.fields,
      shared_secret: webhook.sharedSecret,
      model: webhook.model,
      status: webhook.status,
      events: webhook.events,
      expires_at: instantText(firm, webhook.expiresMs),
      created_at: instantText(firm, webhook.createdMs),
      updated_at: instantText(firm, webhook.updatedMs),
      user: new Ref('users', webhook.user),
    };
    return renderRow(this.firm.store, plan, row);
  }

  private async shakeHands({ id, url, sharedSecret }: WebhookState): Promise<void> {
    const body = JSON.stringify({ data: { webhook_id: id } });
    const answer = await this.surroundings.sender.post(url, { 'X-Hook-Secret': sharedSecret }, body);
    const webhook = this.webhooks.get(id);
    const isProved = answer?.status === 200 && answer.header('x-hook-secret') === sharedSecret;
    if (isProved && webhook?.status === 'pending' && webhook.sharedSecret === sharedSecret) {
      this.touch({ ...webhook, status: 'enabled' });
    }
  }

  private touch(webhook: WebhookState): WebhookState {
    return this.save({ ...webhook, updatedMs: this.nowMs(), version: webhook.version + 1 });
  }

  private save(webhook: WebhookState): WebhookState {
    this.record(webhook);
    return webhook;
  }

  private record(entry: Entry): void {
    this.journal.append(entry);
    this.apply(entry);
  }

  private apply(entry: Entry): void {
    if ('deleted' in entry) {
      this.webhooks.delete(entry.deleted);
      return;
    }
    if (!this.webhooks.has(entry.id) && entry.version === 0) this.created += 1;
    this.webhooks.set(entry.id, entry);
  }

  private nowMs(): number {
    return this.surroundings.clock.now().getTime();
  }
}
