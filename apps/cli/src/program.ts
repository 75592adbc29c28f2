import { Command } from 'commander';
import { addDeadLetterCommands } from './dead-letters/commands.js';
import { addKeyCommands } from './keys/commands.js';
import { addReplayCommands } from './replays/commands.js';
import { openSession, type World } from './session.js';

const environment = `
Environment:
  FIRMBRIDGE_URL    where the gateway is (default: http://127.0.0.1:3000)
  FIRMBRIDGE_TOKEN  an API key or the start-up token; the address of the dashboard, as it is printed at the start,
                    is a FIRMBRIDGE_URL that has it

Exit codes: 0 done, 1 refused or failed, 2 wrong usage`;

/** All commands, each with what it needs from the world. Throws instead of ending the process. */
export function buildProgram(world: World): Command {
  const { terminal } = world;
  const program = new Command('firmbridge')
    .description('Operates a Firmbridge platform through its gateway.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.tell(text.trimEnd()),
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
    })
    .showHelpAfterError('(--help tells how the command is written)')
    .addHelpText('after', environment);
  const open = () => openSession(world);
  addDeadLetterCommands(program, open);
  addReplayCommands(program, open);
  addKeyCommands(program, open);
  return program;
}
