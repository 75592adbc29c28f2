import { type Collection, type FieldTable, idOf, kindOf, Ref } from '../data/collection.js';
import { type Firm, pastStartsAt } from '../data/firm.js';
import { days, instantText, money } from '../data/values.js';
import {
  activityDescriptions,
  currencies,
  currencyIndexByRegion,
  expenseCategories,
  practiceAreas,
  stages,
} from '../data/vocabulary.js';

/** The lists a firm sets up once: they do not grow with its matters. */
const settingsAge = (_firm: Firm, index: number): number => pastStartsAt - days(400) + index * 60_000;

export function currencyRef(firm: Firm): Ref {
  return new Ref('currencies', currencyIndexByRegion[firm.facts.region]);
}

export function currencyCode(firm: Firm): string {
  return currencies[currencyIndexByRegion[firm.facts.region]].code;
}

function settings(name: Collection['name'], shape: string, count: number, fields: FieldTable): Collection {
  return { name, shape, path: `/${name}.json`, count: () => count, createdMs: settingsAge, fields };
}

export const currencyCollection = settings('currencies', 'Currency', currencies.length, {
  code: (_firm, index) => currencies[index]?.code,
  sign: (_firm, index) => currencies[index]?.sign,
});

export const practiceAreaCollection = settings('practice_areas', 'PracticeArea', practiceAreas.length, {
  name: (_firm, index) => practiceAreas[index]?.name,
  code: (_firm, index) => practiceAreas[index]?.code,
  category: (_firm, index) => practiceAreas[index]?.category,
});

export const matterStageCollection = settings('matter_stages', 'MatterStage', practiceAreas.length * stages.length, {
  name: (_firm, index) => stages[index % stages.length],
  order: (_firm, index) => (index % stages.length) + 1,
  practice_area_id: (firm, index) => String(idOf(firm, kindOf('practice_areas'), Math.floor(index / stages.length))),
});

export const activityDescriptionCollection = settings(
  'activity_descriptions',
  'ActivityDescription',
  activityDescriptions.length,
  {
    name: (_firm, index) => activityDescriptions[index],
    visible_to_co_counsel: () => true,
    default: (_firm, index) => index === 0,
    type: () => 'ActivityDescription',
    accessible_to_user: () => true,
    category_type: (_firm, index) => (index === 10 ? 'flat' : 'hourly'),
    currency: currencyRef,
    groups: () => [new Ref('groups', 0)],
    rate: (_firm, index) => ({
      amount: money(index === 10 ? 15_000 : 30_000),
      type: index === 10 ? 'FlatRate' : 'User',
      hierarchy: 'Default',
    }),
  },
);

export const expenseCategoryCollection = settings('expense_categories', 'ExpenseCategory', expenseCategories.length, {
  name: (_firm, index) => expenseCategories[index]?.name,
  entry_type: (_firm, index) => expenseCategories[index]?.entryType,
  rate: (_firm, index) => (index % 2 === 0 ? 25 : null),
  accessible_to_user: () => true,
  tax_setting: () => 'no_tax',
  currency: currencyRef,
  groups: () => [new Ref('groups', 0)],
});

/** How the recorded time of a firm is written into an inline row. */
export function rowStamps(firm: Firm, createdMs: number): { created_at: string; updated_at: string } {
  const text = instantText(firm, createdMs);
  return { created_at: text, updated_at: text };
}
