import { activityCollection } from '../records/activities.js';
import { billCollection, interestChargeCollection, lineItemCollection } from '../records/bills.js';
import { contactCollection } from '../records/contacts.js';
import { customFieldCollection } from '../records/custom-fields.js';
import { matterCollection } from '../records/matters.js';
import { allocationCollection, creditMemoCollection, paymentCollection } from '../records/payments.js';
import {
  activityDescriptionCollection,
  currencyCollection,
  expenseCategoryCollection,
  matterStageCollection,
  practiceAreaCollection,
} from '../records/reference.js';
import { bankAccountCollection, bankTransactionCollection, trustLineItemCollection } from '../records/trust.js';
import { groupCollection, userCollection } from '../records/users.js';
import type { Collection, CollectionName } from './collection.js';

const all: readonly Collection[] = [
  activityCollection,
  activityDescriptionCollection,
  allocationCollection,
  bankAccountCollection,
  bankTransactionCollection,
  billCollection,
  contactCollection,
  creditMemoCollection,
  currencyCollection,
  customFieldCollection,
  expenseCategoryCollection,
  groupCollection,
  interestChargeCollection,
  lineItemCollection,
  matterCollection,
  matterStageCollection,
  paymentCollection,
  practiceAreaCollection,
  trustLineItemCollection,
  userCollection,
];

export const collections = Object.fromEntries(all.map((collection) => [collection.name, collection])) as Readonly<
  Record<CollectionName, Collection>
>;

const byPath = new Map(all.map((collection) => [collection.path, collection]));
const byShape = new Map(all.map((collection) => [collection.shape, collection]));

export function collectionAt(path: string): Collection | null {
  return byPath.get(path) ?? null;
}

/** Where the records of an association live, or null for rows that exist only inside a record. */
export function collectionOfShape(shape: string): Collection | null {
  return byShape.get(shape) ?? null;
}
