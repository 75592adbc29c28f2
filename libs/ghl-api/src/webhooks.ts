import { z } from 'zod';
import { customFieldEntrySchema, instant, optionalText } from './records/values.js';

/** Ed25519 over the raw body, base64. The value `N/A` means there is none. */
export const ghlSignatureHeader = 'x-ghl-signature';

/** The older RSA signature, which production no longer sends. */
export const ghlLegacySignatureHeader = 'x-wh-signature';

/** HighLevel's published key, the same for every app: base64 of an SPKI document. A rotation is announced by e-mail only. */
export const ghlWebhookPublicKey = 'MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=';

export const ghlContactEvents = [
  'ContactCreate',
  'ContactUpdate',
  'ContactDelete',
  'ContactTagUpdate',
  'ContactDndUpdate',
] as const;
export const ghlNoteEvents = ['NoteCreate', 'NoteUpdate', 'NoteDelete'] as const;
export const ghlTaskEvents = ['TaskCreate', 'TaskComplete', 'TaskDelete'] as const;
export const ghlOpportunityEvents = [
  'OpportunityCreate',
  'OpportunityUpdate',
  'OpportunityDelete',
  'OpportunityStageUpdate',
  'OpportunityStatusUpdate',
  'OpportunityMonetaryValueUpdate',
  'OpportunityAssignedToUpdate',
] as const;
const installEvents = ['INSTALL', 'UNINSTALL'] as const;
const locationEvents = ['LocationCreate', 'LocationUpdate'] as const;

/** The events we act on. Others are answered 200 and left alone: a 4xx counts against us. */
export const ghlWebhookEvents = [
  ...installEvents,
  ...ghlContactEvents,
  ...ghlNoteEvents,
  ...ghlTaskEvents,
  ...ghlOpportunityEvents,
  ...locationEvents,
  'UserCreate',
] as const;
export type GhlWebhookEvent = (typeof ghlWebhookEvents)[number];

/** Around every event. `webhookId` is the same on every retry; `timestamp` is no proof of order. */
export const ghlWebhookEnvelopeSchema = z.looseObject({
  type: z.string().min(1),
  locationId: optionalText,
  companyId: optionalText,
  appId: optionalText,
  versionId: optionalText,
  timestamp: optionalText,
  webhookId: optionalText,
  id: optionalText,
  /** On notes, tasks and opportunities; a new task may lack it. */
  contactId: optionalText,
});
export type GhlWebhookEnvelope = z.output<typeof ghlWebhookEnvelopeSchema>;

const recordEvent = { ...ghlWebhookEnvelopeSchema.shape, id: z.string().min(1), locationId: z.string().min(1) };

/** No date of change, no difference, no author: re-read the contact. */
export const ghlContactEventSchema = z.looseObject({
  ...recordEvent,
  type: z.enum(ghlContactEvents),
  email: optionalText,
  phone: optionalText,
  firstName: optionalText,
  lastName: optionalText,
  dateAdded: instant,
  tags: z.array(z.string()).nullish(),
  customFields: z.array(customFieldEntrySchema).nullish(),
});

export const ghlNoteEventSchema = z.looseObject({
  ...recordEvent,
  type: z.enum(ghlNoteEvents),
  contactId: optionalText,
  body: optionalText,
  dateAdded: instant,
});

/** `TaskCreate` may lack contact and body; there is no event for a change of a task. */
export const ghlTaskEventSchema = z.looseObject({
  ...recordEvent,
  type: z.enum(ghlTaskEvents),
  contactId: optionalText,
  title: optionalText,
  body: optionalText,
  dueDate: instant,
});

/** No custom fields, no lost reason, no date of change: re-read the opportunity. */
export const ghlOpportunityEventSchema = z.looseObject({
  ...recordEvent,
  type: z.enum(ghlOpportunityEvents),
  contactId: optionalText,
  pipelineId: optionalText,
  pipelineStageId: optionalText,
  status: optionalText,
  monetaryValue: z.number().nullish(),
});

/** An agency's installation has no location. */
export const ghlInstallEventSchema = z.looseObject({
  ...ghlWebhookEnvelopeSchema.shape,
  type: z.enum(installEvents),
  appId: z.string().min(1),
  userId: optionalText,
});

export type GhlWebhookSubject =
  | { readonly of: 'installation'; readonly change: 'created' | 'deleted' }
  | {
      readonly of: 'contacts' | 'opportunities' | 'notes' | 'tasks' | 'users' | 'locations';
      readonly change: 'changed' | 'deleted';
      readonly id: string;
    };

const subjectByPrefix = [
  ['Contact', 'contacts'],
  ['Opportunity', 'opportunities'],
  ['Note', 'notes'],
  ['Task', 'tasks'],
  ['User', 'users'],
  ['Location', 'locations'],
] as const;

const known = new Set<string>(ghlWebhookEvents);

/** Flat, as production delivers, or nested under `data`, as one guide shows it. Throws when it is neither. */
export function readGhlWebhook(body: unknown): GhlWebhookEnvelope {
  const envelope = ghlWebhookEnvelopeSchema.parse(body);
  const nested = z.looseObject({}).safeParse(envelope['data']);
  if (!nested.success || envelope.id) return envelope;
  return ghlWebhookEnvelopeSchema.parse({ ...nested.data, ...withoutNulls(envelope), data: undefined });
}

/** What an event is about; null for events we do not act on. Create, update and their finer sisters all mean "re-read it". */
export function ghlWebhookSubject(event: GhlWebhookEnvelope): GhlWebhookSubject | null {
  if (!known.has(event.type)) return null;
  if (event.type === 'INSTALL') return { of: 'installation', change: 'created' };
  if (event.type === 'UNINSTALL') return { of: 'installation', change: 'deleted' };
  const prefix = subjectByPrefix.find(([name]) => event.type.startsWith(name));
  if (!prefix || !event.id) return null;
  return { of: prefix[1], change: event.type.endsWith('Delete') ? 'deleted' : 'changed', id: event.id };
}

function withoutNulls(envelope: GhlWebhookEnvelope) {
  return Object.fromEntries(Object.entries(envelope).filter(([, value]) => value !== null && value !== undefined));
}
