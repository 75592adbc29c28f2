import { Inject, Injectable } from '@nestjs/common';
import { newMessage, newOrigin, syncMessages } from '@firmbridge/contracts';
import { Database } from '@firmbridge/database';
import { Outbox } from '@firmbridge/messaging';
import { CLOCK, type Clock } from '@firmbridge/service';
import { NormalizerCatalogue } from '../domain/normalizers/catalogue.js';
import { RenormalizationRepository, type OutdatedConnection } from '../persistence/renormalization.repository.js';
import { service } from './page-messages.js';

const firstVersion = 1;

/**
 * Asks the sync services to hand over once more the records whose entities are the work of older normalizers: once for each
 * version, however many replicas start, in the transaction that keeps that it was asked for.
 */
@Injectable()
export class RenormalizeOutdated {
  constructor(
    private readonly database: Database,
    private readonly normalizers: NormalizerCatalogue,
    private readonly renormalizations: RenormalizationRepository,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Answers how many runs were asked for. */
  async execute(): Promise<number> {
    const changed = this.normalizers.all().filter(({ version }) => version > firstVersion);
    if (changed.length === 0) return 0;
    const outdated = await this.database.acrossTenants((tx) => this.renormalizations.outdated(tx, changed));
    let runs = 0;
    for (const connection of outdated) if (await this.ask(connection)) runs += 1;
    return runs;
  }

  private async ask(outdated: OutdatedConnection): Promise<boolean> {
    const { tenantId, connectionId, provider } = outdated;
    const { startRun } = syncMessages.syncMessagesOf[provider];
    return this.database.inTenant(tenantId, async (tx) => {
      const resources = await this.renormalizations.ask(tx, outdated);
      if (resources.length === 0) return false;
      const origin = newOrigin({ service, tenantId, now: this.clock() });
      const request = { runId: origin.id, connectionId, mode: 'renormalize' as const, resources };
      await this.outbox.add(tx, [newMessage(startRun, request, origin)]);
      return true;
    });
  }
}
