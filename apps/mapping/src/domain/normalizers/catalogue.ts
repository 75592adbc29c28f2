import { providerSchema, type EntityType, type Provider } from '@firmbridge/contracts';
import type { MappedGhlResource, MappedResource } from '../resources.js';
import * as billing from './billing.normalizers.js';
import { ghlContactNormalizer } from './ghl-contact.normalizer.js';
import * as ghl from './ghl.normalizers.js';
import * as matters from './matters.normalizers.js';
import type { Normalizer } from './normalizer.js';
import * as people from './people.normalizers.js';
import * as time from './time.normalizers.js';
import * as trust from './trust.normalizers.js';

export const clioNormalizers: Readonly<Record<MappedResource, Normalizer>> = {
  who_am_i: people.accountNormalizer,
  users: people.userNormalizer,
  groups: people.groupNormalizer,
  contacts: people.contactNormalizer,
  practice_areas: matters.practiceAreaNormalizer,
  matter_stages: matters.matterStageNormalizer,
  matters: matters.matterNormalizer,
  activity_descriptions: time.activityDescriptionNormalizer,
  expense_categories: time.expenseCategoryNormalizer,
  activities: time.activityNormalizer,
  currencies: billing.currencyNormalizer,
  bills: billing.billNormalizer,
  bill_line_items: billing.billLineItemNormalizer,
  interest_charges: billing.interestChargeNormalizer,
  credit_memos: billing.creditMemoNormalizer,
  allocations: billing.allocationNormalizer,
  payments: billing.paymentNormalizer,
  bank_accounts: trust.bankAccountNormalizer,
  bank_transactions: trust.bankTransactionNormalizer,
  trust_line_items: trust.trustTransactionNormalizer,
};

export const ghlNormalizers: Readonly<Record<MappedGhlResource, Normalizer>> = {
  users: ghl.ghlUserNormalizer,
  custom_fields: ghl.fieldDefinitionNormalizer,
  custom_values: ghl.customValueNormalizer,
  pipelines: ghl.pipelineNormalizer,
  pipeline_stages: ghl.pipelineStageNormalizer,
  contacts: ghlContactNormalizer,
  opportunities: ghl.opportunityNormalizer,
  tasks: ghl.taskNormalizer,
  notes: ghl.noteNormalizer,
};

/** A normalizer as far as the entities it made tell of it. */
export interface NormalizerInUse {
  readonly provider: Provider;
  readonly resource: string;
  readonly entityType: EntityType;
  readonly version: number;
}

/** The normalizers of all providers, by the resources whose records they read. */
export class NormalizerCatalogue {
  constructor(private readonly normalizers: Readonly<Record<Provider, Readonly<Record<string, Normalizer>>>>) {}

  find(provider: Provider, resource: string): Normalizer | null {
    const ofProvider = this.normalizers[provider];
    return Object.hasOwn(ofProvider, resource) ? (ofProvider[resource] ?? null) : null;
  }

  all(): NormalizerInUse[] {
    return providerSchema.options.flatMap((provider) =>
      Object.entries(this.normalizers[provider]).map(([resource, { entityType, version }]) => ({
        provider,
        resource,
        entityType,
        version,
      })),
    );
  }
}

export const platformNormalizers = new NormalizerCatalogue({
  clio: clioNormalizers,
  ghl: ghlNormalizers,
});
