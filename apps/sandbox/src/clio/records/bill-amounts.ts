import type { Firm } from '../data/firm.js';
import { activitiesPerMatter, billStates, linesPerBill } from '../data/layout.js';
import { days } from '../data/values.js';
import { totalCents } from './activities.js';
import { matterCreatedMs } from './matter-facts.js';

export type BillState = (typeof billStates)[number];

/** Bill n is the bill of matter n. */
export function billStateOf(bill: number): BillState {
  return billStates[bill % 10] as BillState;
}

export function activityOfLine(line: number): number {
  return Math.floor(line / linesPerBill) * activitiesPerMatter + (line % linesPerBill);
}

export function billOfLine(line: number): number {
  return Math.floor(line / linesPerBill);
}

/** Only every tenth matter is taxed. */
export function taxPercent(bill: number): number {
  return bill % 10 === 8 ? 5 : 0;
}

export function lineTaxCents(firm: Firm, line: number): number {
  return Math.round((totalCents(firm, activityOfLine(line)) * taxPercent(billOfLine(line))) / 100);
}

export interface BillAmounts {
  readonly subTotal: number;
  readonly tax: number;
  readonly interest: number;
  readonly total: number;
  readonly paid: number;
  readonly credits: number;
  readonly due: number;
}

/** All amounts of a bill in cents, so that lines, allocations, credit memos and interest add up to it. */
export function billAmounts(firm: Firm, bill: number): BillAmounts {
  const lines = Array.from({ length: linesPerBill }, (_, n) => bill * linesPerBill + n);
  const subTotal = lines.reduce((sum, line) => sum + totalCents(firm, activityOfLine(line)), 0);
  const tax = lines.reduce((sum, line) => sum + lineTaxCents(firm, line), 0);
  const interest = bill % 10 === 2 ? Math.round(subTotal * 0.015) : 0;
  const total = subTotal + tax + interest;
  const credits = bill % 10 === 6 ? Math.round(total / 10) : 0;
  const state = billStateOf(bill);
  const paid = state === 'paid' ? total : bill % 10 === 2 ? Math.round(total / 2) : 0;
  return { subTotal, tax, interest, total, paid, credits, due: state === 'void' ? 0 : total - paid - credits };
}

export function issuedMs(firm: Firm, bill: number): number {
  return matterCreatedMs(firm, bill) + days(62);
}

export function paidMs(firm: Firm, bill: number): number {
  return issuedMs(firm, bill) + days(10);
}
