import { createHash, type KeyObject } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ghlSignatureHeader, readGhlWebhook, type GhlWebhookEnvelope } from '@firmbridge/ghl-api';
import type { Intake } from '@firmbridge/sync-engine';
import { z } from 'zod';
import { announcedRecords } from '../../domain/announced-records.js';
import { isSignedWith } from '../../domain/signing-keys.js';
import type { FindLocation } from './find-location.js';

/** What becomes of a delivery, and what its sender is told: nothing that is signed is ever refused, because refusals count. */
export const webhookOutcomes = {
  kept: 200,
  /** Kept as well, and told long after it happened. */
  late: 200,
  /** Its `webhookId` has come before: nothing changes. */
  replayed: 200,
  /** Of a location that nobody has connected, or of nothing that is read. */
  ignored: 200,
  /** Signed, and not understood. */
  unreadable: 200,
  forged: 401,
} as const;
export type WebhookOutcome = keyof typeof webhookOutcomes;

/** An older timestamp makes a delivery late. It is no reason to refuse it: a delivery that is tried again bears it, too. */
const lateMs = 5 * 60_000;

export interface ReceiveWebhookOptions {
  /** The current key first, then the one before. */
  readonly keys: readonly KeyObject[];
  readonly locations: Pick<FindLocation, 'execute'>;
  readonly intake: Pick<Intake, 'take'>;
  readonly clock: () => Date;
}

/** Verifies the raw bytes, makes the delivery durable and only then says what to answer. Throws when it could not be stored. */
export class ReceiveWebhook {
  constructor(private readonly options: ReceiveWebhookOptions) {}

  async execute(body: Buffer, headers: IncomingHttpHeaders): Promise<WebhookOutcome> {
    const { keys, locations, intake } = this.options;
    if (!isSignedWith(keys, body, headers[ghlSignatureHeader])) return 'forged';
    const event = parse(body);
    if (event === null) return 'unreadable';
    const hints = announcedRecords(event);
    const source = event.locationId && hints.length > 0 ? await locations.execute(event.locationId) : null;
    if (source === null) return 'ignored';
    const deliveryKey = event.webhookId ?? createHash('sha256').update(body).digest('base64');
    const isLate = this.isLate(event);
    const keeping = await intake.take({ source, deliveryKey, hints, isLate });
    if (keeping === 'gone') return 'ignored';
    if (keeping === 'known') return 'replayed';
    return isLate ? 'late' : 'kept';
  }

  private isLate({ timestamp }: GhlWebhookEnvelope): boolean {
    const sentAt = Date.parse(timestamp ?? '');
    return !Number.isNaN(sentAt) && this.options.clock().getTime() - sentAt > lateMs;
  }
}

function parse(body: Buffer): GhlWebhookEnvelope | null {
  try {
    return readGhlWebhook(JSON.parse(body.toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}
