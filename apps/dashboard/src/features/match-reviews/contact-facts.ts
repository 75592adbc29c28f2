type State = Readonly<Record<string, unknown>>;

/** A line of the comparison: what each side says, and whether they say the same. */
export interface ComparedFact {
  readonly label: string;
  readonly one: string;
  readonly other: string;
  readonly isSame: boolean;
}

const nothing = '–';

const facts: readonly (readonly [string, (state: State) => string])[] = [
  ['Name', (state) => textOf(state['name'])],
  ['E-mail', (state) => listOf(state['emails'], ({ address }) => textOf(address).toLowerCase())],
  ['Phone', (state) => listOf(state['phones'], ({ e164, number }) => textOf(e164) || textOf(number))],
  [
    'Address',
    (state) =>
      listOf(state['addresses'], ({ street, city, postalCode }) =>
        [street, city, postalCode].map(textOf).filter(Boolean).join(', '),
      ),
  ],
  ['Born', (state) => textOf(state['dateOfBirth'])],
  ['Company', (state) => textOf(state['companyName'])],
];

/** What two contacts say, line by line; lines on which neither says anything are left out. */
export function comparedFacts(one: State, other: State): ComparedFact[] {
  return facts.flatMap(([label, read]) => {
    const [left, right] = [read(one), read(other)];
    if (left === '' && right === '') return [];
    return [{ label, one: left || nothing, other: right || nothing, isSame: left === right }];
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function listOf(value: unknown, read: (member: State) => string): string {
  const members: unknown[] = Array.isArray(value) ? value : [];
  const isState = (member: unknown): member is State => typeof member === 'object' && member !== null;
  return members.filter(isState).map(read).filter(Boolean).join('; ');
}
