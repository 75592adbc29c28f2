import { z } from 'zod';
import type { SandboxContext } from '../../context.js';
import type { JournalTopic } from '../../journal.js';
import { Collection, type Identified } from './collection.js';
import { recordId } from './ids.js';
import type {
  StoredContact,
  StoredCustomField,
  StoredCustomValue,
  StoredLocation,
  StoredLostReason,
  StoredNote,
  StoredOpportunity,
  StoredPipeline,
  StoredTag,
  StoredTask,
  StoredUser,
} from './records.js';

const entrySchema = z.object({
  collection: z.string(),
  id: z.string(),
  record: z.looseObject({ id: z.string() }).nullable(),
});
type Entry = z.output<typeof entrySchema>;

/** All records of the agency. Every change is in the journal; the first state is loaded from outside. */
export class GhlStore {
  private readonly byName = new Map<string, Collection<Identified>>();
  private readonly topic: JournalTopic<Entry>;
  readonly locations: Collection<StoredLocation>;
  readonly users: Collection<StoredUser>;
  readonly pipelines: Collection<StoredPipeline>;
  readonly lostReasons: Collection<StoredLostReason>;
  readonly customFields: Collection<StoredCustomField>;
  readonly customValues: Collection<StoredCustomValue>;
  readonly tags: Collection<StoredTag>;
  readonly contacts: Collection<StoredContact>;
  readonly opportunities: Collection<StoredOpportunity>;
  readonly notes: Collection<StoredNote>;
  readonly tasks: Collection<StoredTask>;

  constructor(private readonly context: SandboxContext) {
    this.topic = context.journal.topic('ghl.records', entrySchema);
    this.locations = this.collection('locations');
    this.users = this.collection('users');
    this.pipelines = this.collection('pipelines');
    this.lostReasons = this.collection('lostReasons');
    this.customFields = this.collection('customFields');
    this.customValues = this.collection('customValues');
    this.tags = this.collection('tags');
    this.contacts = this.collection('contacts');
    this.opportunities = this.collection('opportunities');
    this.notes = this.collection('notes');
    this.tasks = this.collection('tasks');
  }

  /** Brings back what earlier processes wrote. The journal holds what `put` was given: the shape is ours, not a stranger's. */
  replay(): void {
    for (const { collection, id, record } of this.topic.replay()) {
      const target = this.byName.get(collection);
      if (record) target?.load(record);
      else target?.unload(id);
    }
  }

  clear(): void {
    for (const collection of this.byName.values()) collection.clear();
  }

  private collection<Stored extends Identified>(name: string): Collection<Stored> {
    const collection = new Collection<Stored>({
      onChange: (id, record) => this.topic.append({ collection: name, id, record: record && { ...record } }),
      newId: (attempt) => recordId(this.context.randomFor('ghl', name, 'created', attempt)),
    });
    this.byName.set(name, collection);
    return collection;
  }
}
