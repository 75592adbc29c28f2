import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import type { Terminal } from './terminal.js';

const clearLine = '\r\x1b[K';

/** The terminal of this process. The signal ends a question with no. */
export function processTerminal(signal: AbortSignal): Terminal {
  const { stdin, stdout, stderr } = process;
  stdout.on('error', endWhenNobodyReads);
  return {
    canAsk: stdin.isTTY && stderr.isTTY,
    canRedraw: stderr.isTTY,
    print: (lines) => void stdout.write(`${lines}\n`),
    tell: (lines) => void stderr.write(`${lines}\n`),
    redraw: (line) => void stderr.write(clearLine + line),
    ask: async (question) => {
      const person = createInterface({ input: stdin, output: stderr });
      // While a question is open, Ctrl-C comes to it and not to the process.
      const stopped = new Promise<string>((resolve) => {
        for (const end of ['SIGINT', 'close'] as const) person.once(end, () => resolve('\n'));
        signal.addEventListener('abort', () => resolve('\n'));
      });
      const answer = await Promise.race([person.question(`${question} [y/N] `), stopped]);
      person.close();
      if (answer === '\n') stderr.write(answer);
      return /^y(es)?$/i.test(answer.trim());
    },
    read: () => text(stdin),
  };
}

/** `firmbridge ... | head` closes the pipe early, which is nobody's mistake. */
function endWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}
