import { entityTypes, mappingMessages } from '@firmbridge/contracts';
import { Option, type Command } from 'commander';
import { id, ids, instant, wholeNumber } from '../arguments.js';
import type { Session } from '../session.js';
import { cancelReplay } from './cancel.js';
import { listReplays, type ListOptions } from './list.js';
import { showReplay } from './show.js';
import { startReplay, type StartOptions } from './start.js';

const { least, most, usual } = mappingMessages.replayRates;
const json = 'for programs';

interface JsonOption {
  readonly json?: boolean;
}

export function addReplayCommands(program: Command, open: () => Session): void {
  const replay = program
    .command('replay')
    .description('Tells one subscriber the current state of entities again, in its queue only.');
  replay
    .command('start')
    .description('Begins a replay.')
    .requiredOption('--queue <queue>', 'the full name of the queue of a subscriber')
    .addOption(new Option('--type <type...>', 'entities of these types (default: of every type)').choices(entityTypes))
    .option('--id <id...>', 'these entities', ids)
    .option('--from <instant>', 'entities that changed at or after it', instant)
    .option('--to <instant>', 'entities that changed before it', instant)
    .option('--per-second <count>', 'at most so many a second', wholeNumber(least, most), usual)
    .option('--follow', 'show its progress until it ends')
    .option('--json', json)
    .action((options: StartOptions) => startReplay(open(), options));
  replay
    .command('list')
    .description('The newest replays.')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 50), 20)
    .option('--json', json)
    .action((options: ListOptions) => listReplays(open(), options));
  replay
    .command('show')
    .description('Where a replay stands.')
    .argument('<id>', 'as the list shows it', id)
    .option('--json', json)
    .action((replayId: string, options: JsonOption) => showReplay(open(), replayId, options));
  replay
    .command('cancel')
    .description('Ends a running replay; what was sent stays sent.')
    .argument('<id>', 'as the list shows it', id)
    .option('--json', json)
    .action((replayId: string, options: JsonOption) => cancelReplay(open(), replayId, options));
}
