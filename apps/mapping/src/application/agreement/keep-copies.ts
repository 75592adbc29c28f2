import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '@firmbridge/database';
import { CLOCK, type Clock } from '@firmbridge/service';
import { copyOf } from '../../domain/agreement/copies.js';
import type { EntityMapping, Side } from '../../domain/agreement/mappings.js';
import type { Draft } from '../../domain/entity-state.js';
import { RecordCopyRepository } from '../../persistence/record-copy.repository.js';

export interface ReadableRecord {
  readonly recordId: string;
  readonly revision: number;
  readonly draft: Draft;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Origin {
  readonly tenantId: string;
  readonly connectionId: string;
  readonly side: Side;
  readonly mapping: EntityMapping;
  /** Who made them so, where that is known. */
  readonly by: string | null;
}

/** Keeps what records say in the fields that both sides have. Whoever calls holds their links. */
@Injectable()
export class KeepCopies {
  constructor(
    private readonly copies: RecordCopyRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute(
    tx: Tx,
    { tenantId, connectionId, side, mapping, by }: Origin,
    records: readonly ReadableRecord[],
  ): Promise<void> {
    if (records.length === 0) return;
    const place = { connectionId, resource: mapping.resource[side] };
    const keys = records.map(({ recordId }) => ({ ...place, recordId }));
    const known = await this.copies.find(tx, tenantId, keys);
    const now = this.clock();
    const copies = records.map(({ recordId, revision, draft, body }) => {
      const before = known.of({ ...place, recordId })?.fields ?? {};
      const { etag } = body;
      return {
        ...{ ...place, recordId, revision },
        etag: typeof etag === 'string' ? etag : null,
        fields: copyOf(mapping, before, { side, draft, body, by, now }),
      };
    });
    await this.copies.keep(tx, tenantId, copies);
  }
}
