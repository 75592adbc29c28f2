import type { IncomingHttpHeaders } from 'node:http';

/** A record that a delivery speaks of. What else a delivery says is a hint, not the truth: the record is fetched fresh. */
export interface RecordHint {
  readonly resource: string;
  readonly recordId: string;
  /** The provider says that it is gone. */
  readonly isDeleted: boolean;
}

/** Who may have sent a delivery: whose connection it is about, and what it is signed with. */
export interface WebhookSource {
  readonly tenantId: string;
  readonly connectionId: string;
  /** What tells two equal bodies apart: Clio's subscription. */
  readonly sourceId: string;
  /** The current secret first; those of a provider that signs with a key pair are its public keys. */
  readonly secrets: readonly string[];
}

/** How a provider's webhooks are made. */
export interface WebhookDialect<Source extends WebhookSource = WebhookSource> {
  /** Whether the source has signed these very bytes. Judges length and format before it computes anything, and never throws. */
  verify(body: Buffer, headers: IncomingHttpHeaders, source: Source): boolean;
  /** The records a verified body speaks of; null when it cannot be understood. */
  parse(body: Buffer, source: Source): readonly RecordHint[] | null;
}
