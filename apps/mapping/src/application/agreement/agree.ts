import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { Message } from '@firmbridge/contracts';
import type { Tx } from '@firmbridge/database';
import { plan, type Copies, type Plan } from '../../domain/agreement/agreement.js';
import { mappingOf, type FieldMapping, type Policy, type Side } from '../../domain/agreement/mappings.js';
import { LoopRules } from '../../domain/agreement/rules.js';
import {
  AgreementRepository,
  type ChosenPolicy,
  type Halt,
  type Pair,
  type StoredAgreement,
} from '../../persistence/agreement.repository.js';
import {
  ConflictRepository,
  wholePair,
  type NewConflict,
  type StoredConflict,
} from '../../persistence/conflict.repository.js';
import { RecordCopyRepository, type CopyKey, type StoredCopies } from '../../persistence/record-copy.repository.js';
import { AskForWrites, type IntendedWrite } from './ask-for-writes.js';

/** What is known when a page of pairs is looked at. */
interface Knowledge {
  readonly copies: StoredCopies;
  readonly chosen: readonly ChosenPolicy[];
  readonly open: readonly StoredConflict[];
  readonly recent: ReadonlyMap<string, number>;
}

/** What becomes of one pair. */
interface Outcome {
  readonly agreement: StoredAgreement;
  readonly halted: readonly Halt[];
  readonly plan: Plan | null;
  readonly writeIds: Readonly<Record<Side, string>>;
}

/**
 * Brings pairs of records together: what one side changed is written to the other, what both changed is decided by its policy or
 * asked, in the transaction in which it was seen. Whoever calls holds the entities of the pairs, so a pair is looked at by one
 * at a time.
 */
@Injectable()
export class Agree {
  constructor(
    private readonly agreements: AgreementRepository,
    private readonly conflicts: ConflictRepository,
    private readonly copies: RecordCopyRepository,
    private readonly askForWrites: AskForWrites,
    private readonly rules: LoopRules,
  ) {}

  async execute(tx: Tx, cause: Message, pairs: readonly Pair[]): Promise<void> {
    if (pairs.length === 0) return;
    const agreements = await this.agreements.open(tx, cause.tenantId, pairs);
    await this.settle(tx, cause, agreements);
  }

  /** Of agreements that are locked. */
  async settle(tx: Tx, cause: Message, agreements: readonly StoredAgreement[]): Promise<void> {
    const { tenantId } = cause;
    const active = agreements.filter(({ halted }) => halted.length === 0);
    if (active.length === 0) return;
    const known = await this.know(tx, tenantId, active);
    const outcomes = active.flatMap((agreement) => this.outcomeOf(agreement, known) ?? []);
    const changed = outcomes.filter(
      ({ agreement, plan: made, halted }) => halted.length > 0 || !isDeepStrictEqual(made?.fields, agreement.fields),
    );
    await this.agreements.save(
      tx,
      tenantId,
      changed.map(({ agreement, plan: made, halted }) => ({
        agreementId: agreement.agreementId,
        fields: made?.fields ?? agreement.fields,
        halted,
      })),
    );
    await this.keepConflicts(tx, tenantId, outcomes, known);
    await this.writePlanned(tx, cause, outcomes, known);
  }

  /** What is known of both sides; null while one of them was not seen yet. */
  async copiesOf(tx: Tx, tenantId: string, agreement: StoredAgreement): Promise<Copies | null> {
    return bothOf(agreement, await this.copies.find(tx, tenantId, keysOf(agreement)));
  }

  /** One that a person has asked for: it counts for the loop, and is not stopped by it. */
  async write(tx: Tx, cause: Message, write: IntendedWrite): Promise<void> {
    const copies = await this.copies.find(tx, cause.tenantId, keysOf(write.agreement));
    await this.askForWrites.execute(tx, cause, [write], copies);
  }

  private async know(tx: Tx, tenantId: string, agreements: readonly StoredAgreement[]): Promise<Knowledge> {
    const ids = agreements.map(({ agreementId }) => agreementId);
    const connectionIds = [...new Set(agreements.map(({ clio }) => clio.connectionId))];
    return {
      copies: await this.copies.find(tx, tenantId, agreements.flatMap(keysOf)),
      chosen: await this.agreements.chosenPolicies(tx, tenantId, connectionIds),
      open: await this.conflicts.openOf(tx, tenantId, ids),
      recent: await this.agreements.recentWrites(tx, tenantId, ids, this.rules.windowMinutes),
    };
  }

  /** Nothing while one of the records was not seen yet. */
  private outcomeOf(agreement: StoredAgreement, known: Knowledge): Outcome | null {
    const mapping = mappingOf(agreement.entityType);
    const copies = bothOf(agreement, known.copies);
    if (copies === null) return null;
    const writeIds = { clio: randomUUID(), ghl: randomUUID() };
    const policyOf = (field: FieldMapping) => policyIn(agreement, field, known);
    const made = plan(mapping, agreement.fields, copies, { policyOf, writeIds });
    const wanted = Object.values(made.writes).filter((values) => Object.keys(values).length > 0).length;
    const recent = known.recent.get(agreement.agreementId) ?? 0;
    if (wanted > 0 && recent + wanted > this.rules.mostWrites)
      return { agreement, plan: null, halted: ['looping'], writeIds };
    return { agreement, plan: made, halted: [], writeIds };
  }

  private async keepConflicts(
    tx: Tx,
    tenantId: string,
    outcomes: readonly Outcome[],
    { open }: Knowledge,
  ): Promise<void> {
    const settled = outcomes.flatMap(({ agreement: { agreementId }, plan: made }) => [
      ...(made?.settled ?? []).map((field) => ({ agreementId, field })),
      ...(made?.contests ?? []).flatMap(({ field, take }) => (take === null ? [] : [{ agreementId, field }])),
    ]);
    const isOpen = (one: (typeof settled)[number]) =>
      open.some(({ agreementId, field }) => agreementId === one.agreementId && field === one.field);
    await this.conflicts.settle(tx, tenantId, settled.filter(isOpen));
    await this.conflicts.keep(tx, tenantId, outcomes.flatMap(conflictsOf).concat(this.loopsOf(outcomes)));
  }

  private loopsOf(outcomes: readonly Outcome[]): NewConflict[] {
    const { mostWrites, windowMinutes } = this.rules;
    const reason =
      `Both sides were written more than ${mostWrites} times in ${windowMinutes} minutes: something changes back what is ` +
      'written, an automation perhaps. Nothing more is written until you let it go on.';
    return outcomes
      .filter(({ halted }) => halted.includes('looping'))
      .map(({ agreement }) => ({
        ...nothingSaid,
        agreementId: agreement.agreementId,
        field: wholePair,
        kind: 'looping',
        reason,
      }));
  }

  private async writePlanned(
    tx: Tx,
    cause: Message,
    outcomes: readonly Outcome[],
    { copies }: Knowledge,
  ): Promise<void> {
    const writes = outcomes.flatMap(({ agreement, plan: made, writeIds }) =>
      (['clio', 'ghl'] as const).map((side) => ({
        agreement,
        side,
        writeId: writeIds[side],
        fields: made?.writes[side] ?? {},
      })),
    );
    await this.askForWrites.execute(
      tx,
      cause,
      writes.filter(({ fields }) => Object.keys(fields).length > 0),
      copies,
    );
    const looping = outcomes.filter(({ halted }) => halted.includes('looping')).map(({ agreement }) => agreement);
    await this.askForWrites.raiseLoops(tx, cause, looping);
  }
}

const nothingSaid = { policy: null, base: null, clio: null, ghl: null, decision: null, decidedBy: null };

function conflictsOf({ agreement: { agreementId }, plan: made }: Outcome): NewConflict[] {
  return (made?.contests ?? []).map(({ field, base, clio, ghl, policy, take }) => ({
    ...{ agreementId, field, kind: 'contested', policy, reason: null, base, clio, ghl },
    decision: take,
    decidedBy: take === null ? null : `policy:${policy}`,
  }));
}

export function keysOf({ entityType, clio, ghl }: Pair): CopyKey[] {
  const { resource } = mappingOf(entityType);
  return [
    { ...clio, resource: resource.clio },
    { ...ghl, resource: resource.ghl },
  ];
}

function bothOf(pair: Pair, copies: StoredCopies): Copies | null {
  const [clio, ghl] = keysOf(pair).map((key) => copies.of(key));
  return clio === undefined || ghl === undefined ? null : { clio: clio.fields, ghl: ghl.fields };
}

/** What was asked is not answered by a policy: a decision that was taken back would come again at once. */
function policyIn(
  { agreementId, entityType, clio, ghl }: StoredAgreement,
  mapping: FieldMapping,
  known: Knowledge,
): Policy {
  const { field, policy } = mapping;
  const isAsked = known.open.some((conflict) => conflict.agreementId === agreementId && conflict.field === field);
  if (isAsked) return 'ask';
  const chosen = known.chosen.find(
    (each) =>
      each.entityType === entityType &&
      each.field === field &&
      each.clioConnectionId === clio.connectionId &&
      each.ghlConnectionId === ghl.connectionId,
  );
  return chosen?.policy ?? policy;
}
