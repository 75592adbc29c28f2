import { Injectable } from '@nestjs/common';
import { formatActor, type agreementMessages, type DataOf, type Message, type ReplyOf } from '@firmbridge/contracts';
import { Database, type Tx } from '@firmbridge/database';
import { AgreementRepository } from '../../persistence/agreement.repository.js';
import { ConflictRepository, wholePair } from '../../persistence/conflict.repository.js';
import { ConflictDecision } from './conflict-decision.js';
import { FindConflicts } from './find-conflicts.js';

type Question = typeof agreementMessages.decideConflicts;
type Wish = Message<DataOf<Question>>;

/** Others about the same field that one decision for always decides at once; what is left follows when its records are next seen. */
const mostAlike = 200;

/** Does what a person said about conflicts: about one, several, or always. Repeating it is harmless. */
@Injectable()
export class DecideConflicts {
  constructor(
    private readonly database: Database,
    private readonly conflicts: ConflictRepository,
    private readonly agreements: AgreementRepository,
    private readonly decision: ConflictDecision,
    private readonly found: FindConflicts,
  ) {}

  async execute(message: Wish): Promise<ReplyOf<Question>> {
    const { tenantId, data } = message;
    const alike = await this.database.inTenant(tenantId, (tx) => this.always(tx, message));
    let decided = 0;
    for (const id of new Set([...data.conflictIds, ...alike])) {
      // Each by itself: several pairs held at once would wait for pages of records, and these for them.
      const isDecided = await this.database.inTenant(tenantId, (tx) =>
        this.decision.decide(tx, message, id, data.take),
      );
      if (isDecided) decided += 1;
    }
    const conflicts = await this.database.inTenant(tenantId, (tx) => this.found.byIds(tx, tenantId, data.conflictIds));
    return { conflicts, decided };
  }

  /** Makes it the policy of the fields from now on; answers what else waits about them. */
  private async always(tx: Tx, { tenantId, actor, data }: Wish): Promise<string[]> {
    const { take, always, conflictIds } = data;
    if (!always || (take !== 'clio' && take !== 'ghl')) return [];
    const asked = await this.conflicts.byIds(tx, tenantId, conflictIds);
    const fields = asked.filter(({ field }) => field !== wholePair);
    const pairs = await this.agreements.find(
      tx,
      tenantId,
      fields.map(({ agreementId }) => agreementId),
    );
    const alike: string[] = [];
    for (const { conflictId, agreementId, field } of fields) {
      const pair = pairs.get(agreementId);
      if (pair === undefined) continue;
      const { entityType, clio, ghl } = pair;
      const place = { clioConnectionId: clio.connectionId, ghlConnectionId: ghl.connectionId, entityType, field };
      await this.agreements.choosePolicy(
        tx,
        tenantId,
        { ...place, policy: take },
        formatActor({ ...actor, roles: [] }),
      );
      alike.push(...(await this.conflicts.alike(tx, tenantId, conflictId, mostAlike)));
    }
    return alike;
  }
}
