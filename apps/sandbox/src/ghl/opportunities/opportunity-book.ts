import {
  ghlDuplicateOpportunityCode,
  type CreateGhlOpportunity,
  type GhlCustomFieldWrite,
  type UpsertGhlOpportunity,
} from '@firmbridge/ghl-api';
import type { ChangeListener } from '../changes.js';
import { writtenCustomFields } from '../data/custom-field-values.js';
import type { Author, StoredLocation, StoredOpportunity } from '../data/records.js';
import type { GhlStore } from '../data/store.js';
import { refusal, unprocessable } from '../http/errors.js';
import type { SwitchBoard } from '../switches.js';

export interface OpportunityBookOptions {
  readonly store: GhlStore;
  readonly switches: SwitchBoard;
  readonly now: () => Date;
  readonly onChange: ChangeListener;
}

type Plain = Partial<
  Pick<
    StoredOpportunity,
    'name' | 'pipelineId' | 'pipelineStageId' | 'status' | 'monetaryValue' | 'assignedTo' | 'source' | 'lostReasonId'
  >
>;
export type OpportunityWrite = { readonly [Field in keyof Plain]?: Plain[Field] | undefined } & {
  readonly customFields?: readonly GhlCustomFieldWrite[] | undefined;
};

/** Opportunities and the rules of their pipelines (section 4). Used by the API and by people alike. */
export class OpportunityBook {
  constructor(private readonly options: OpportunityBookOptions) {}

  create(location: StoredLocation, write: Omit<CreateGhlOpportunity, 'locationId'>, author: Author): StoredOpportunity {
    this.checkContact(location, write.contactId);
    const pipelineStageId = this.stageOf(location, write.pipelineId, write.pipelineStageId);
    this.checkDuplicate(location, write);
    const now = this.options.now().toISOString();
    const { contactId, customFields, name, pipelineId, status } = write;
    const blank: StoredOpportunity = {
      id: this.options.store.opportunities.nextId(),
      locationId: location.id,
      contactId,
      pipelineId,
      pipelineStageId,
      name: nonBlank(name),
      status,
      monetaryValue: write.monetaryValue ?? null,
      assignedTo: write.assignedTo || null,
      source: write.source ?? null,
      lostReasonId: null,
      customFields: [],
      createdAt: now,
      updatedAt: now,
      lastStatusChangeAt: now,
      lastStageChangeAt: now,
    };
    const after = this.withCustomFields(blank, customFields);
    this.options.store.opportunities.put(after);
    this.options.onChange({ of: 'opportunity', before: null, after, locationId: location.id, author });
    return after;
  }

  update(before: StoredOpportunity, write: OpportunityWrite, author: Author): StoredOpportunity {
    const location = this.locationOf(before);
    const pipelineId = write.pipelineId ?? before.pipelineId;
    const stage = write.pipelineStageId ?? (pipelineId === before.pipelineId ? before.pipelineStageId : undefined);
    const pipelineStageId = this.stageOf(location, pipelineId, stage);
    if (pipelineId !== before.pipelineId) this.checkDuplicate(location, { pipelineId, contactId: before.contactId });
    const now = this.options.now().toISOString();
    const { customFields, ...plain } = write;
    const changed: StoredOpportunity = {
      ...before,
      ...definedOnly(plain),
      ...(write.name === undefined ? {} : { name: nonBlank(write.name) }),
      pipelineId,
      pipelineStageId,
      updatedAt: now,
    };
    const after = this.withCustomFields(
      {
        ...changed,
        lastStatusChangeAt: changed.status === before.status ? before.lastStatusChangeAt : now,
        lastStageChangeAt: pipelineStageId === before.pipelineStageId ? before.lastStageChangeAt : now,
      },
      customFields,
    );
    this.options.store.opportunities.put(after);
    this.options.onChange({ of: 'opportunity', before, after, locationId: location.id, author });
    return after;
  }

  /** How it finds the one to update is a switch: by contact and pipeline, or by id alone. */
  upsert(location: StoredLocation, write: Omit<UpsertGhlOpportunity, 'locationId'>, author: Author) {
    const { id, contactId, followers: _, isRemoveAllFollowers: __, followersActionType: ___, ...fields } = write;
    const existing = id === undefined ? this.matchOf(location, contactId, write.pipelineId) : this.require(id);
    if (existing) return { new: false, opportunity: this.update(existing, fields, author) };
    if (!contactId) throw unprocessable('contactId should not be empty');
    const created = { ...fields, contactId, name: fields.name ?? '', status: fields.status ?? 'open' };
    const { lostReasonId, ...writable } = created;
    const opportunity = this.create(location, writable, author);
    return { new: true, opportunity: lostReasonId ? this.update(opportunity, { lostReasonId }, author) : opportunity };
  }

  delete(before: StoredOpportunity, author: Author): void {
    this.options.store.opportunities.remove(before.id);
    this.options.onChange({ of: 'opportunity', before, after: null, locationId: before.locationId, author });
  }

  /** The opportunity, or the refusal for one that does not exist. */
  require(id: string | undefined): StoredOpportunity {
    const opportunity = id === undefined ? undefined : this.options.store.opportunities.get(id);
    if (opportunity) return opportunity;
    throw refusal(Number(this.options.switches.now.missingRecordStatus), `Opportunity with id ${id} not found`);
  }

  private matchOf(location: StoredLocation, contactId: string | undefined, pipelineId: string) {
    if (this.options.switches.now.opportunityUpsertMatch === 'id-only' || !contactId) return undefined;
    return this.ofContact(location, contactId, pipelineId)[0];
  }

  private checkDuplicate(location: StoredLocation, of: { contactId: string; pipelineId: string }): void {
    if (location.settings.allowDuplicateOpportunity) return;
    const blocking = this.ofContact(location, of.contactId, of.pipelineId).find(
      ({ status }) => status === 'open' || this.options.switches.now.closedOpportunitiesBlock,
    );
    if (!blocking) return;
    throw refusal(400, 'Can not create duplicate opportunity for the contact.', {
      code: ghlDuplicateOpportunityCode,
      meta: { existingId: blocking.id },
    });
  }

  private ofContact(location: StoredLocation, contactId: string, pipelineId: string): StoredOpportunity[] {
    return this.options.store.opportunities.where(
      (other) => other.locationId === location.id && other.contactId === contactId && other.pipelineId === pipelineId,
    );
  }

  private checkContact(location: StoredLocation, contactId: string): void {
    if (this.options.store.contacts.get(contactId)?.locationId === location.id) return;
    throw refusal(400, `Contact with id ${contactId} not found`);
  }

  /** The stage named, which must belong to the pipeline, else the pipeline's first. */
  private stageOf(location: StoredLocation, pipelineId: string, stageId: string | undefined): string {
    const pipeline = this.options.store.pipelines.get(pipelineId);
    if (pipeline?.locationId !== location.id) throw refusal(400, `Pipeline with id ${pipelineId} not found`);
    const stage = stageId === undefined ? pipeline.stages[0] : pipeline.stages.find(({ id }) => id === stageId);
    if (stage) return stage.id;
    throw refusal(
      Number(this.options.switches.now.foreignStageStatus),
      'The pipeline stage does not belong to the pipeline.',
    );
  }

  private withCustomFields(
    opportunity: StoredOpportunity,
    writes: OpportunityWrite['customFields'],
  ): StoredOpportunity {
    if (writes === undefined) return opportunity;
    const { store, switches } = this.options;
    const writing = {
      store,
      switches: switches.now,
      locationId: opportunity.locationId,
      model: 'opportunity',
    } as const;
    return { ...opportunity, customFields: writtenCustomFields(opportunity.customFields, writes, writing) };
  }

  private locationOf({ locationId }: StoredOpportunity): StoredLocation {
    const location = this.options.store.locations.get(locationId);
    if (!location) throw refusal(400, 'Location not found');
    return location;
  }
}

function nonBlank(name: string): string {
  if (name.trim() === '') throw unprocessable('name should not be empty');
  return name;
}

function definedOnly<Fields extends object>(fields: Fields) {
  type Defined = { [Field in keyof Fields]?: Exclude<Fields[Field], undefined> };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined;
}
