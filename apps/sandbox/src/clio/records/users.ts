import { type Collection, idOf, kindOf, Ref, rowKinds } from '../data/collection.js';
import { type Firm, pastStartsAt } from '../data/firm.js';
import { days, etagText } from '../data/values.js';
import { firstNames, lastNames, placesByRegion, timeZones } from '../data/vocabulary.js';
import { rowStamps } from './reference.js';

const kind = kindOf('users');
const firmSince = pastStartsAt - days(500);
const practiceTeams = ['Litigation', 'Transactional', 'Intake', 'Administration'] as const;

function firstName(firm: Firm, index: number): string {
  return firm.pick(firstNames, [kind, index, 1]);
}

function lastName(firm: Firm, index: number): string {
  return firm.pick(lastNames, [kind, index, 2]);
}

export function userName(firm: Firm, index: number): string {
  return `${firstName(firm, index)} ${lastName(firm, index)}`;
}

/** Hourly rate in cents: attorneys 250 to 450, others 95 to 140, in steps of five. */
export function hourlyRateCents(firm: Firm, user: number): number {
  const steps = firm.hash(kind, user, 3);
  return user < firm.counts.attorneys ? 25_000 + (steps % 41) * 500 : 9_500 + (steps % 10) * 500;
}

const ascii = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase();

export const userCollection: Collection = {
  name: 'users',
  shape: 'User',
  path: '/users.json',
  count: (firm) => firm.counts.users,
  createdMs: (_firm, index) => firmSince + index * days(3),
  fields: {
    name: userName,
    first_name: firstName,
    last_name: lastName,
    initials: (firm, index) => firstName(firm, index).slice(0, 1) + lastName(firm, index).slice(0, 1).toUpperCase(),
    email: (firm, index) =>
      `${ascii(firstName(firm, index))}.${ascii(lastName(firm, index))}${index}@firm${firm.facts.number}.example`,
    phone_number: (firm, index) => {
      const place = firm.pick(placesByRegion[firm.facts.region], [kind, 0, 5]);
      return `(${place.areaCode}) 555-01${String(index % 100).padStart(2, '0')}`;
    },
    enabled: (firm, index) => index === 0 || !firm.chance(6, [kind, index, 6]),
    account_owner: (_firm, index) => index === 0,
    clio_connect: () => false,
    court_rules_default_attendee: () => false,
    default_calendar_id: (firm, index) => idOf(firm, kind, index) + 25_000_000,
    rate: (firm, index) => hourlyRateCents(firm, index) / 100,
    roles: (_firm, index) =>
      index === 0 ? ['admin', 'billing', 'accounts', 'reports'] : index % 4 === 0 ? ['billing'] : [],
    subscription_type: (firm, index) => (index < firm.counts.attorneys ? 'Attorney' : 'NonAttorney'),
    time_zone: (firm) => timeZones[firm.facts.region],
    default_activity_description: () => new Ref('activity_descriptions', 0),
    groups: (_firm, index) => [new Ref('groups', 0), new Ref('groups', 1 + (index % practiceTeams.length))],
    account: (firm) => accountRow(firm),
  },
};

/** The firm itself, seen through `account{...}` of a user (clio-api section 3.2). */
function accountRow(firm: Firm): object {
  const stamps = rowStamps(firm, firmSince);
  return {
    id: idOf(firm, rowKinds.account, 0),
    etag: etagText(firm, [rowKinds.account, 0], 0),
    name: firm.facts.name,
    state: 'active',
    ...stamps,
    owner: new Ref('users', 0),
  };
}

export const groupCollection: Collection = {
  name: 'groups',
  shape: 'Group',
  path: '/groups.json',
  count: () => 1 + practiceTeams.length,
  createdMs: () => firmSince,
  fields: {
    name: (_firm, index) => (index === 0 ? 'Everyone' : practiceTeams[index - 1]),
    type: (_firm, index) => (index === 0 ? 'AccountGroup' : 'UserGroup'),
    client_connect_user: () => false,
    users: (firm, index) => members(firm, index).map((user) => new Ref('users', user)),
  },
};

function members(firm: Firm, group: number): number[] {
  const everyone = Array.from({ length: firm.counts.users }, (_, user) => user);
  return group === 0 ? everyone : everyone.filter((user) => user % practiceTeams.length === group - 1);
}
