import type { Dice } from './dice.js';

const list = (text: string) => text.trim().split(/\s+/);

const commonSurnames = list(`
  Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Wilson Anderson Thomas Taylor Lee Nguyen Patel
  Kim Murphy O'Brien Cohen Schmidt Rossi Novak Kowalski Singh Khan Chen Wang Silva Santos Fernandez Ivanov Olsen Hansen
  Dubois Moreau Weber Fischer Becker MacDonald Fitzgerald Sullivan Castellanos Okafor Mensah Haddad Yamamoto Tanaka Park`);
const beginnings = list(
  'Al Bar Ber Bra Cal Car Cor Dal Dom El Fal Far Gar Gol Har Hol Jan Kal Kor Lan Lem Mar Mil Mor Nor Ol Pal Per Ros Sal San Tal Tor Val Ver Wal Wen Zel',
);
const middles = list('a an ar ber di e el en i in ki la le ma mer ne o or ri ro sa te ti u va ve');
const ends = list(
  'berg by cott der field ford gren ham ini kins land ley lin man mann mond more nak ner oni owski rick sen sky son stein ston ter ton vick wood worth zano',
);
const givenNames = list(`
  James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas
  Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Sandra Mark Ashley Steven Emily Andrew Kimberly
  Joshua Margaret Kenneth Donna Kevin Michelle Brian Carol George Amanda Timothy Melissa Ronald Deborah Jason Stephanie
  Edward Rebecca Jeffrey Laura Ryan Cynthia Jacob Amy Gary Kathleen Nicholas Angela Eric Shirley Jonathan Emma Stephen
  Katherine Alejandro Guadalupe Francisco Priya Wei Fatima Olga Siobhan Anneliese Renée José Zoë Björn Małgorzata Dmitri`);

/** What people are called at home: collected by hand, some of it unusual. */
const shortForms: Readonly<Record<string, readonly string[]>> = {
  James: ['Jim', 'Jimmy', 'Jamie'],
  Robert: ['Bob', 'Rob', 'Bobby'],
  Patricia: ['Pat', 'Trish', 'Patty'],
  John: ['Jack', 'Johnny'],
  Jennifer: ['Jen', 'Jenny'],
  Michael: ['Mike', 'Mick'],
  David: ['Dave'],
  Elizabeth: ['Liz', 'Beth', 'Betsy', 'Lisbeth'],
  William: ['Bill', 'Will', 'Billy'],
  Richard: ['Dick', 'Rick', 'Rich'],
  Susan: ['Sue', 'Suzie'],
  Joseph: ['Joe'],
  Thomas: ['Tom'],
  Charles: ['Chuck', 'Charlie'],
  Christopher: ['Chris', 'Kit'],
  Daniel: ['Dan', 'Danny'],
  Matthew: ['Matt'],
  Anthony: ['Tony'],
  Steven: ['Steve'],
  Andrew: ['Andy', 'Drew'],
  Kimberly: ['Kim', 'Kimmie'],
  Joshua: ['Josh'],
  Margaret: ['Peggy', 'Maggie', 'Daisy'],
  Kenneth: ['Ken'],
  Timothy: ['Tim'],
  Ronald: ['Ron'],
  Deborah: ['Debbie', 'Deb'],
  Edward: ['Ted', 'Ed'],
  Rebecca: ['Becky'],
  Jeffrey: ['Jeff'],
  Nicholas: ['Nick'],
  Katherine: ['Kate', 'Kathy', 'Katya'],
  Alejandro: ['Alex', 'Ale'],
  Guadalupe: ['Lupe'],
  Francisco: ['Paco', 'Pancho'],
};

export function surname(dice: Dice): string {
  if (dice.chance(0.35)) return dice.pickSkewed(commonSurnames);
  return `${dice.pick(beginnings)}${dice.pick(middles)}${dice.pick(ends)}`;
}

export const commonSurname = (dice: Dice) => dice.pick(commonSurnames.slice(0, 12));
export const givenName = (dice: Dice) => dice.pickSkewed(givenNames);
export const givenNameWithShortForm = (dice: Dice) => dice.pick(Object.keys(shortForms));
export const shortFormOf = (dice: Dice, given: string) => dice.pick(shortForms[given] ?? [given]);

export function otherThan(draw: () => string, taken: string): string {
  for (;;) {
    const drawn = draw();
    if (drawn !== taken) return drawn;
  }
}
