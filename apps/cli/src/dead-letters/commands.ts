import { auditMessages } from '@firmbridge/contracts';
import { Option, type Command } from 'commander';
import { id, ids, sentence, wholeNumber } from '../arguments.js';
import type { Session } from '../session.js';
import { discardDeadLetters, type DiscardOptions } from './discard.js';
import { editDeadLetter, type EditOptions } from './edit.js';
import { groupDeadLetters } from './groups.js';
import { listDeadLetters, type ListOptions } from './list.js';
import { resendDeadLetters, type ResendOptions } from './resend.js';
import type { ScopeOptions } from './scope.js';
import { showDeadLetter } from './show.js';

const platform = 'messages whose firm cannot be read';
const json = 'for programs';
const fingerprint = 'those that failed for this cause';
const queue = 'those that failed in this queue';
const noQuestion = 'decide about a cause or a queue without asking';

export function addDeadLetterCommands(program: Command, open: () => Session): void {
  const deadLetters = program
    .command('dead-letters')
    .description('Messages that were set aside after their last attempt, and what becomes of them.');
  addReading(deadLetters, open);
  addDeciding(deadLetters, open);
}

function addReading(deadLetters: Command, open: () => Session): void {
  deadLetters
    .command('list')
    .description('Those that wait for a decision, newest first.')
    .addOption(
      new Option('--state <state>', 'those of another state')
        .choices([...auditMessages.deadLetterStates, 'any'])
        .default('waiting'),
    )
    .option('--queue <queue>', queue)
    .option('--type <type>', 'those of this type')
    .option('--fingerprint <fingerprint>', fingerprint)
    .option('--limit <count>', 'at most so many', wholeNumber(1, 500), 20)
    .option('--platform', platform)
    .option('--json', json)
    .action((options: ListOptions) => listDeadLetters(open(), options));
  deadLetters
    .command('groups')
    .description('Those that wait for a decision, by cause.')
    .option('--platform', platform)
    .option('--json', json)
    .action((options: ScopeOptions) => groupDeadLetters(open(), options));
  deadLetters
    .command('show')
    .description('All about one: why it failed, its headers, its body.')
    .argument('<id>', 'as the list shows it', id)
    .option('--platform', platform)
    .option('--json', json)
    .action((letter: string, options: ScopeOptions) => showDeadLetter(open(), letter, options));
}

function addDeciding(deadLetters: Command, open: () => Session): void {
  deadLetters
    .command('resend')
    .description('Gives messages back, unchanged, to the queue in which they failed.')
    .argument('[id...]', 'as the list shows them', ids)
    .option('--fingerprint <fingerprint>', fingerprint)
    .option('--queue <queue>', queue)
    .option('--per-second <count>', 'to each queue at most so many a second', wholeNumber(1, 200), 10)
    .option('--yes', noQuestion)
    .option('--platform', platform)
    .option('--json', json)
    .action((letters: string[], options: ResendOptions) => resendDeadLetters(open(), letters, options));
  deadLetters
    .command('edit')
    .description('Sends a command again with other data, as a new message.')
    .argument('<id>', 'as the list shows it', id)
    .requiredOption('--data <file>', 'JSON: the whole data of the command; - reads the standard input')
    .requiredOption('--reason <text>', 'why', sentence)
    .option('--json', json)
    .action((letter: string, options: EditOptions) => editDeadLetter(open(), letter, options));
  deadLetters
    .command('discard')
    .description('Decides that messages are not needed any more. They stay readable.')
    .argument('[id...]', 'as the list shows them', ids)
    .option('--fingerprint <fingerprint>', fingerprint)
    .option('--queue <queue>', queue)
    .requiredOption('--reason <text>', 'why', sentence)
    .option('--yes', noQuestion)
    .option('--platform', platform)
    .option('--json', json)
    .action((letters: string[], options: DiscardOptions) => discardDeadLetters(open(), letters, options));
}
