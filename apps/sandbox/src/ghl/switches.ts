import { z } from 'zod';

const flag = (initial: boolean, meaning: string) => z.boolean().default(initial).describe(meaning);
const choice = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  initial: Values[number],
  meaning: string,
) =>
  z
    .enum(values)
    .default(initial as never)
    .describe(meaning);
const milliseconds = (initial: number, meaning: string) => z.int().nonnegative().default(initial).describe(meaning);
const share = (meaning: string) => z.number().min(0).max(1).default(0).describe(meaning);

/** Conveniences and strains that tests set; each real behaviour is the default. Section numbers are of ghl-api.md. */
const operation = {
  autoApprove: choice(
    ['off', 'location', 'agency'],
    'off',
    'Redirect at once from the consent page, as if a person had chosen the first location or the agency.',
  ),
  allowHttpLoopback: flag(true, 'Accept http redirect addresses on loopback; the portal refuses them (1.1).'),
  burstLimit: z.int().positive().default(100).describe('Requests per app and location in each window (2).'),
  burstWindowMs: z.int().positive().default(10_000).describe('Length of the burst window (2).'),
  dailyLimit: z.int().positive().default(200_000).describe('Requests per app and location and day (2).'),
  rateWindow: choice(['sliding', 'fixed'], 'sliding', 'How the burst window counts; sliding is the strict reading.'),
  indexDelayMs: milliseconds(1000, 'How long a change takes to appear in searches: seconds (3.5).'),
  webhookDelayMs: milliseconds(0, 'How long after a change its webhooks leave.'),
  webhookTimeoutMs: z
    .int()
    .positive()
    .default(5000)
    .describe('When an attempt counts as failed; real length UNCONFIRMED (7.1).'),
  webhookRetryBaseMs: milliseconds(
    100,
    'First retry after this, then doubling with jitter up to twenty times it (7.1, compressed).',
  ),
  webhookDuplicates: share('Share of deliveries that arrive twice with the same webhookId (7.1).'),
  webhookReordering: share('Share of deliveries held back behind later ones (7.1).'),
  webhookReorderMs: milliseconds(500, 'How long a reordered delivery is held back.'),
  webhookLoss: share('Share of events that are never delivered (7.1, pain point 2).'),
};

/** Facts marked UNCONFIRMED: suites must pass in every position. */
const unconfirmed = {
  returnsState: flag(true, 'The consent page passes `state` through (1.1).'),
  versionIdRequired: flag(false, 'A link without version_id fails with error.noversionid (1.1).'),
  clientCredentials: flag(false, 'The grant type client_credentials works (1.1).'),
  reusedRefreshStatus: choice(['400', '401'], '400', 'Status for a refresh token that was used before (1.1).'),
  locationTokenRefreshes: flag(
    true,
    'An exchanged location token has a refresh token; an older schema omitted it (1.2).',
  ),
  uninstallNeedsReason: flag(
    false,
    'Uninstalling wants a `reason`; the page asks developers for one (marketplace documentation).',
  ),
  privateTokenLapsed: flag(false, 'The private integration tokens have expired from disuse (1.3).'),
  unknownVersionStatus: choice(['400', '401'], '401', 'Status for an unpublished Version header (1.5).'),
  privateTokenBurstLimit: z
    .int()
    .positive()
    .nullable()
    .default(null)
    .describe('Another burst limit for private tokens (2).'),
  retryAfterHeader: flag(false, '429 carries Retry-After (2).'),
  rateHeadersOn429: flag(true, '429 carries the rate headers (10.2).'),
  tooManyRequestsBody: choice(['json', 'text', 'empty'], 'json', 'Shape of the 429 body (2).'),
  dailyReset: choice(
    ['midnight', 'rolling'],
    'midnight',
    'When the day starts anew: midnight UTC or 24 h after first use (2).',
  ),
  upsertInsertStatus: choice(['200', '201'], '200', 'Status of an upsert that inserts (3.1).'),
  authorMarks: choice(
    ['client-id', 'other-id', 'absent'],
    'client-id',
    'sourceId in createdBy and lastUpdatedBy (3.2).',
  ),
  putCustomFields: choice(['merge', 'replace'], 'merge', 'What a PUT does to custom fields it does not name (3.3).'),
  unknownCustomField: choice(
    ['ignored', 'refused'],
    'ignored',
    'A write that names a custom field that does not exist.',
  ),
  unparsablePhone: choice(['refused', 'stored'], 'refused', 'A phone number that has no E.164 form.'),
  searchNames: choice(['both', 'lower-only'], 'both', 'Search documents carry firstName and lastName too (3.5).'),
  phoneSearchMisses: flag(false, 'Searching by phone finds nothing for some contacts (3.5, issue 289).'),
  missingRecordStatus: choice(['400', '404'], '400', 'Status for a contact or opportunity that does not exist (6).'),
  closedOpportunitiesBlock: flag(true, 'Closed opportunities count in the duplicate rule (4).'),
  opportunityUpsertMatch: choice(
    ['contact-and-pipeline', 'id-only'],
    'contact-and-pipeline',
    'How an upsert finds its opportunity (4).',
  ),
  opportunitySourceOnUpdate: choice(['refused', 'accepted'], 'refused', 'PUT of an opportunity takes `source` (4).'),
  opportunityLocationOnUpdate: choice(
    ['refused', 'accepted'],
    'refused',
    'PUT of an opportunity takes `locationId` (4).',
  ),
  foreignStageStatus: choice(['400', '422'], '400', 'Status for a stage of another pipeline (10.7).'),
  opportunitySearchFields: choice(
    ['typed', 'published'],
    'typed',
    'Custom fields in searches: fieldValueString and its like, or fieldValue (4).',
  ),
  opportunityCursor: choice(
    ['searchAfter', 'sort', 'absent'],
    'searchAfter',
    'What a found opportunity calls the cursor behind it (4).',
  ),
  selectOptions: choice(
    ['options', 'textBoxListOptions'],
    'options',
    'Under which name a new select field takes its options (5).',
  ),
  webhookRetries: choice(
    ['any-failure', 'only-429'],
    'any-failure',
    'Twelve retries of any failure, or six of a 429 alone (7.1).',
  ),
  webhookPayload: choice(['flat', 'nested'], 'flat', 'Record fields beside the envelope or under `data` (7.1).'),
  webhookTimestampRenewed: flag(false, 'A retry carries a fresh timestamp (7.2).'),
  webhookDeliveryId: flag(false, 'Deliveries carry a deliveryId header (7.1).'),
  customFieldEditsNotify: flag(true, 'A change of custom fields alone raises ContactUpdate (7.3).'),
  taskCreateIsComplete: flag(false, 'TaskCreate names its contact and body (7.3, issue 332).'),
  echoesOwnWrites: flag(true, 'Writes through the API raise webhooks too (7.3).'),
};

export const ghlSwitchesSchema = z.strictObject({ ...operation, ...unconfirmed });
export type GhlSwitches = z.output<typeof ghlSwitchesSchema>;
export type GhlSwitchesPatch = Partial<GhlSwitches>;

/** Every switch with what it means. */
export const ghlSwitchMeanings: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ghlSwitchesSchema.shape).map(([name, schema]) => [name, schema.description ?? '']),
);

/** The current positions; changed at run time, returned to the first ones on reset. */
export class SwitchBoard {
  private positions: GhlSwitches;

  constructor(private readonly initial: GhlSwitchesPatch = {}) {
    this.positions = ghlSwitchesSchema.parse(initial);
  }

  get now(): GhlSwitches {
    return this.positions;
  }

  /** Throws on an unknown name or position. */
  set(patch: unknown): GhlSwitches {
    const named = ghlSwitchesSchema.partial().parse(patch);
    const changes = Object.fromEntries(
      Object.keys(Object(patch)).map((name) => [name, named[name as keyof GhlSwitches]]),
    );
    this.positions = ghlSwitchesSchema.parse({ ...this.positions, ...changes });
    return this.positions;
  }

  reset(): void {
    this.positions = ghlSwitchesSchema.parse(this.initial);
  }
}
