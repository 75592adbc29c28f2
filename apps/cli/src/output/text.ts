/** Control characters, and those that reverse the direction of what follows. */
const unprintable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text from outside on one line: what it holds cannot steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\s+/g, ' ').replace(unprintable, '\ufffd');
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.replace(unprintable, (character) => (/[\n\t]/.test(character) ? character : '\ufffd'));
}

/** Lines no longer than the width, broken between words where there are some. */
export function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line].join('\n');
}

export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** `12,345` */
export function count(number: number): string {
  return number.toLocaleString('en');
}

/** `1 message`, `12 messages` */
export function countOf(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}
