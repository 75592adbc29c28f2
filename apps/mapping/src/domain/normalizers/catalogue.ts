import type { Provider } from '@firmbridge/contracts';
import type { MappedResource } from '../resources.js';
import * as billing from './billing.normalizers.js';
import * as matters from './matters.normalizers.js';
import type { Normalizer } from './normalizer.js';
import * as people from './people.normalizers.js';
import * as time from './time.normalizers.js';
import * as trust from './trust.normalizers.js';

/** Raised whenever the same record would become another state than before; entities carry the one that made them. */
export const normalizerVersion = 1;

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

const normalizers: Readonly<Record<Provider, Readonly<Record<string, Normalizer>>>> = {
  clio: clioNormalizers,
  ghl: {},
};

export function findNormalizer(provider: Provider, resource: string): Normalizer | null {
  const ofProvider = normalizers[provider];
  return Object.hasOwn(ofProvider, resource) ? (ofProvider[resource] ?? null) : null;
}
