import { type Collection, idOf, kindOf, Ref } from '../data/collection.js';
import type { Firm } from '../data/firm.js';
import { activitiesPerMatter, billStates, linesPerBill } from '../data/layout.js';
import { dateText, days, money } from '../data/values.js';
import { activityDescriptions, activityNotes, expenseCategories, expenseNotes } from '../data/vocabulary.js';
import { someCompany } from './contacts.js';
import { attorneyOf, matterCreatedMs, staffOf } from './matter-facts.js';
import { currencyRef } from './reference.js';
import { hourlyRateCents } from './users.js';

const kind = kindOf('activities');
const expenseSlot = 4;
const lastSlot = activitiesPerMatter - 1;
const lastSlotTypes = ['HardCostEntry', 'SoftCostEntry', 'TimeEntry'] as const;

export function matterOfActivity(index: number): number {
  return Math.floor(index / activitiesPerMatter);
}

function slotOf(index: number): number {
  return index % activitiesPerMatter;
}

function typeOf(firm: Firm, index: number): string {
  if (slotOf(index) === expenseSlot) return 'ExpenseEntry';
  return slotOf(index) === lastSlot ? firm.pick(lastSlotTypes, [kind, index, 1]) : 'TimeEntry';
}

function isTime(firm: Firm, index: number): boolean {
  return typeOf(firm, index) === 'TimeEntry';
}

export function userOfActivity(firm: Firm, index: number): number {
  const matter = matterOfActivity(index);
  return firm.chance(70, [kind, index, 2]) ? attorneyOf(firm, matter) : staffOf(firm, matter);
}

/** Tenths of an hour for time, pieces for an expense. */
function pieces(firm: Firm, index: number): number {
  return isTime(firm, index) ? 2 + (firm.hash(kind, index, 3) % 39) : 1 + (firm.hash(kind, index, 3) % 3);
}

export function hoursOrPieces(firm: Firm, index: number): number {
  return isTime(firm, index) ? pieces(firm, index) / 10 : pieces(firm, index);
}

export function priceCents(firm: Firm, index: number): number {
  return isTime(firm, index)
    ? hourlyRateCents(firm, userOfActivity(firm, index))
    : 1_000 + (firm.hash(kind, index, 4) % 4_000) * 5;
}

export function totalCents(firm: Firm, index: number): number {
  const product = priceCents(firm, index) * pieces(firm, index);
  return isTime(firm, index) ? Math.round(product / 10) : product;
}

export function noteOf(firm: Firm, index: number): string {
  return firm.pick(isTime(firm, index) ? activityNotes : expenseNotes, [kind, index, 5]);
}

export function activityDayMs(firm: Firm, index: number): number {
  const offset = 5 + slotOf(index) * 7 + (firm.hash(kind, index, 6) % 5);
  return matterCreatedMs(firm, matterOfActivity(index)) + days(offset);
}

/** The state of the bill it is on; null for unbilled work. A void bill sets its entries free. */
function billStateOf(index: number): string | null {
  if (slotOf(index) >= linesPerBill) return null;
  const state = billStates[matterOfActivity(index) % 10];
  return state === undefined || state === 'void' ? null : state;
}

function isNonBillable(index: number): boolean {
  return slotOf(index) === lastSlot;
}

const seconds = (firm: Firm, index: number) => (isTime(firm, index) ? pieces(firm, index) * 360 : pieces(firm, index));
const hours = (firm: Firm, index: number) => (isTime(firm, index) ? pieces(firm, index) / 10 : null);

export const activityCollection: Collection = {
  name: 'activities',
  shape: 'Activity',
  path: '/activities.json',
  webhookModel: 'activity',
  count: (firm) => firm.counts.matters * activitiesPerMatter,
  createdMs: (firm, index) => activityDayMs(firm, index) + 3_600_000,
  fields: {
    type: typeOf,
    date: (firm, index) => dateText(activityDayMs(firm, index)),
    // Seconds for time (clio-api section 0, item 11).
    quantity: seconds,
    rounded_quantity: seconds,
    quantity_in_hours: hours,
    rounded_quantity_in_hours: hours,
    quantity_redacted: () => false,
    price: (firm, index) => money(priceCents(firm, index)),
    total: (firm, index) => (isNonBillable(index) ? 0 : money(totalCents(firm, index))),
    note: noteOf,
    flat_rate: () => false,
    billed: (_firm, index) => ['awaiting_payment', 'paid'].includes(billStateOf(index) ?? ''),
    on_bill: (_firm, index) => billStateOf(index) !== null,
    contingency_fee: () => false,
    reference: (firm, index) => (isTime(firm, index) ? null : `R-${1000 + (index % 9000)}`),
    non_billable: (_firm, index) => isNonBillable(index),
    non_billable_total: (firm, index) => (isNonBillable(index) ? money(totalCents(firm, index)) : 0),
    no_charge: () => false,
    tax_setting: () => 'no_tax',
    currency: currencyRef,
    activity_description: (firm, index) =>
      isTime(firm, index)
        ? new Ref('activity_descriptions', firm.hash(kind, index, 7) % activityDescriptions.length)
        : null,
    expense_category: (firm, index) =>
      isTime(firm, index) ? null : new Ref('expense_categories', firm.hash(kind, index, 8) % expenseCategories.length),
    bill: (_firm, index) => (billStateOf(index) === null ? null : new Ref('bills', matterOfActivity(index))),
    matter: (_firm, index) => new Ref('matters', matterOfActivity(index)),
    subject: (firm, index) => ({ id: idOf(firm, kindOf('matters'), matterOfActivity(index)), type: 'Matter' }),
    user: (firm, index) => new Ref('users', userOfActivity(firm, index)),
    vendor: (firm, index) =>
      typeOf(firm, index) === 'HardCostEntry' ? someCompany(firm, firm.hash(kind, index, 9)) : null,
  },
};
