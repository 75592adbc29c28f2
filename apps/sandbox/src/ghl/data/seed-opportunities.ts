import type { SandboxContext } from '../../context.js';
import { recordId } from './ids.js';
import type { StoredLocation } from './records.js';
import type { GhlStore } from './store.js';

const statuses = ['open', 'open', 'open', 'won', 'lost', 'abandoned'] as const;
const day = 86_400_000;

/** At most one opportunity per contact and pipeline, so that the location's own rule holds from the start. */
export function seedOpportunities(
  store: GhlStore,
  context: SandboxContext,
  { location, count }: { location: StoredLocation; count: number },
): void {
  const contacts = store.contacts.where((contact) => contact.locationId === location.id);
  const pipelines = store.pipelines.where((pipeline) => pipeline.locationId === location.id);
  const users = store.users.where((user) => user.locationIds.includes(location.id));
  const reason = store.lostReasons.find((lostReason) => lostReason.locationId === location.id);
  for (let index = 0; index < Math.min(count, contacts.length * pipelines.length); index += 1) {
    const random = context.randomFor('ghl', 'opportunity', location.id, index);
    const contact = contacts[index % contacts.length];
    const pipeline = pipelines[Math.floor(index / contacts.length)];
    const stage = pipeline?.stages[Math.floor(random() * pipeline.stages.length)];
    if (!contact || !pipeline || !stage) continue;
    const status = statuses[Math.floor(random() * statuses.length)] ?? 'open';
    const created = new Date(Date.parse(contact.dateAdded) + Math.floor(random() * 5 * day)).toISOString();
    store.opportunities.load({
      id: recordId(random),
      locationId: location.id,
      contactId: contact.id,
      pipelineId: pipeline.id,
      pipelineStageId: stage.id,
      name: `${contact.texts.firstName} ${contact.texts.lastName}: ${pipeline.name.toLowerCase()}`,
      status,
      monetaryValue: random() < 0.8 ? Math.floor(random() * 200) * 50 : null,
      assignedTo: users[Math.floor(random() * users.length)]?.id ?? null,
      source: contact.texts.source ?? null,
      lostReasonId: status === 'lost' ? (reason?.id ?? null) : null,
      customFields: [],
      createdAt: created,
      updatedAt: created,
      lastStatusChangeAt: created,
      lastStageChangeAt: created,
    });
  }
}
