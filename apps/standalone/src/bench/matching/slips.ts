import type { Dice } from './dice.js';

const neighbours = 'qwertyuiop asdfghjkl zxcvbnm 1234567890';

/** A text as somebody in a hurry types it: two letters swapped, one left out, doubled, or hit beside. */
export function slip(dice: Dice, text: string): string {
  const at = 1 + dice.below(Math.max(1, text.length - 2));
  const [head, letter, tail] = [text.slice(0, at), text[at] ?? '', text.slice(at + 1)];
  switch (dice.below(4)) {
    case 0:
      return head + (tail[0] ?? '') + letter + tail.slice(1);
    case 1:
      return head + tail;
    case 2:
      return head + letter + letter + tail;
    default:
      return head + beside(letter) + tail;
  }
}

function beside(letter: string): string {
  const at = neighbours.indexOf(letter.toLowerCase());
  return at < 0 ? letter : (neighbours[at + 1] ?? letter).trim() || letter;
}

export function slipInMail(dice: Dice, mail: string): string {
  const [local = '', domain = ''] = mail.split('@');
  return `${slip(dice, local)}@${domain}`;
}

/** One digit of the line number is another. */
export function slipInPhone(dice: Dice, number: string): string {
  const at = number.length - 1 - dice.below(4);
  return number.slice(0, at) + ((Number(number[at]) + 1 + dice.below(9)) % 10) + number.slice(at + 1);
}
