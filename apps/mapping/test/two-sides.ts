import { operationMessages, syncMessages, type DataOf, type OperationProblem } from '@firmbridge/contracts';
import { KeepLinks } from '../src/application/keep-links.js';
import { aClioRecord } from './builders/a-clio-record.js';
import { aGhlContact } from './builders/a-ghl-contact.js';
import { aMessage, aRecord, type MappingHarness, type MappingTenant } from './mapping-harness.js';

export type Body = Record<string, unknown>;
type Side = 'clio' | 'ghl';
type Row = Record<string, unknown> & { id?: unknown };

export interface Command {
  readonly side: Side;
  readonly operationId: string;
  readonly recordId: string | null;
  readonly changes: Body;
  readonly ifMatch: string | null;
}

const contracts = {
  clio: operationMessages.clioWriteMessages.writeRecord,
  ghl: operationMessages.ghlWriteMessages.writeRecord,
};
const minute = (n: number) => new Date(Date.UTC(2026, 0, 15, 10, n)).toISOString();

/** A contact that both accounts have, and what the sync services do about it: they read it, and carry out what mapping asks for. */
export class TwoSides {
  private readonly done = new Set<string>();
  private readonly revisions = { clio: 0, ghl: 0 };
  private minutes = 0;

  private constructor(
    private readonly mapping: MappingHarness,
    readonly tenant: MappingTenant,
    readonly clio: Body,
    readonly ghl: Body,
  ) {}

  /** Both know the same, unless said otherwise. */
  static async linked(
    mapping: MappingHarness,
    { clio = {}, ghl = {} }: { readonly clio?: Body; readonly ghl?: Body } = {},
  ): Promise<TwoSides> {
    const tenant = await mapping.aTenant({ paired: true });
    const address = { address1: '1 Market St', city: 'San Francisco', state: 'CA', postalCode: '94105' };
    const person = { dateOfBirth: '1984-02-29', ...address };
    const sides = new TwoSides(
      mapping,
      tenant,
      {
        ...aClioRecord('contacts', { id: 1, company: null, email_addresses: [anEmail('clara@hughes.example')] }),
        ...clio,
      },
      { ...aGhlContact('g1', person), ...ghl },
    );
    await sides.edit('clio', {});
    await sides.edit('ghl', {});
    return sides;
  }

  /** Somebody changes it in one of the accounts, and the sync service hands it over. */
  async edit(side: Side, changes: Body, overrides: { readonly deleted?: boolean } = {}): Promise<void> {
    this.change(side, changes);
    await this.read(side, overrides);
  }

  /** The record as it is now, read (again). */
  async read(side: Side, overrides: { readonly deleted?: boolean } = {}): Promise<void> {
    const record = aRecord(structuredClone(this[side]), { revision: this.revisions[side], ...overrides });
    if (side === 'clio') await this.tenant.normalize('contacts', record);
    else await this.tenant.normalizeGhl(record);
  }

  change(side: Side, changes: Body): void {
    this.minutes += 1;
    this.revisions[side] += 1;
    Object.assign(this[side], structuredClone(changes));
    if (side === 'clio')
      Object.assign(this.clio, { etag: `"e${this.revisions.clio}"`, updated_at: minute(this.minutes) });
    else this.ghl['dateUpdated'] = minute(this.minutes);
  }

  /** What mapping has asked for and nobody has carried out yet, oldest first. */
  async commands(): Promise<Command[]> {
    const outbox = await this.tenant.outbox();
    return outbox.flatMap(({ type, data }) => {
      const side = (['clio', 'ghl'] as const).find((each) => contracts[each].type === type);
      if (side === undefined) return [];
      const { operationId, recordId, changes, ifMatch = null } = data as DataOf<(typeof contracts)['clio']>;
      return this.done.has(operationId) ? [] : [{ side, operationId, recordId, changes, ifMatch }];
    });
  }

  /** The provider does as asked, in its own spelling. */
  async succeed({ side, operationId, recordId, changes }: Command, spelling: Body = {}): Promise<void> {
    this.done.add(operationId);
    this.change(side, { ...(side === 'clio' ? withRows(this.clio, changes) : changes), ...spelling });
    const record = { revision: this.revisions[side], body: structuredClone(this[side]) };
    await this.finish(side, { taskId: operationId, outcome: 'succeeded', recordId, record });
  }

  async refuse(
    { side, operationId, recordId }: Command,
    problem: Pick<OperationProblem, 'kind' | 'message'> & Partial<OperationProblem>,
  ): Promise<void> {
    this.done.add(operationId);
    const said = { code: `${side}.refused`, retryAfterMs: null, details: {}, ...problem };
    const record = { revision: this.revisions[side], body: structuredClone(this[side]) };
    await this.finish(side, {
      ...{ taskId: operationId, outcome: 'refused', recordId, reason: problem.message, problem: said },
      record: problem.kind === 'precondition_failed' ? record : null,
    });
  }

  /** Everything that mapping asks for is done and read again, until it asks for nothing more; answers what was asked. */
  async settle(most = 20): Promise<Command[]> {
    const all: Command[] = [];
    for (;;) {
      const commands = await this.commands();
      if (commands.length === 0) return all;
      all.push(...commands);
      if (all.length > most) throw new Error(`more than ${most} writes`);
      for (const command of commands) {
        await this.succeed(command);
        await this.read(command.side);
      }
    }
  }

  private async finish(side: Side, data: Partial<DataOf<typeof syncMessages.writeFinished>>): Promise<void> {
    const event = aMessage(syncMessages.writeFinished, this.tenant.tenantId, {
      taskId: '',
      provider: side,
      connectionId: side === 'clio' ? this.tenant.connectionId : this.tenant.ghlConnectionId,
      resource: 'contacts',
      ...{ entityType: null, entityId: null, entityVersion: null },
      outcome: 'succeeded',
      ...{ recordId: null, reason: null },
      ...data,
    });
    await this.mapping.get(KeepLinks).execute('mapping.keep-links', event);
  }
}

export const anEmail = (address: string) => ({ id: 902, address, name: 'Work', primary: true });

/** As Clio does it: rows with an id are changed, rows without one are added, the others stay. */
function withRows(record: Body, changes: Body): Body {
  return Object.fromEntries(
    Object.entries(changes).map(([name, value]) => [
      name,
      Array.isArray(value) ? changedRows((record[name] ?? []) as Row[], value as Row[]) : value,
    ]),
  );
}

function changedRows(rows: readonly Row[], changes: readonly Row[]): Row[] {
  const changed = rows.flatMap((row) => {
    const change = changes.find(({ id }) => id !== undefined && id === row.id);
    return change?.['_destroy'] === true ? [] : [{ ...row, ...change }];
  });
  const added = changes
    .filter(({ id }) => id === undefined)
    .map((row, index) => ({ ...row, id: 5000 + index, primary: true }));
  return [...changed, ...added];
}
