import { CommanderError } from 'commander';
import { CommandFailure } from './failures.js';
import { asJson } from './output/json.js';
import { buildProgram } from './program.js';
import type { World } from './session.js';

/** Runs one command. 0: done; 1: refused or failed; 2: not written as it must be. */
export async function runCli(argv: readonly string[], world: World): Promise<number> {
  const program = buildProgram(world);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has said what there is to say; asking for help is no mistake, giving no command is.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CommandFailure)) throw error;
    const wantsJson = argv.includes('--json');
    world.terminal.tell(wantsJson ? asJson({ detail: error.message, ...error.facts }) : error.message);
    return error.exitCode;
  }
}
