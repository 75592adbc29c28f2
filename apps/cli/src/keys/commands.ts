import type { Command } from 'commander';
import type { Session } from '../session.js';
import { rotateKeys, type RotateOptions } from './rotate.js';

export function addKeyCommands(program: Command, open: () => Session): void {
  const keys = program.command('keys').description('The keys that seal what is secret.');
  keys
    .command('rotate')
    .description('Wraps all data keys with the current key-encryption key, while everything runs.')
    .option('--status', 'only tell how things stand')
    .option('--json', 'for programs')
    .action((options: RotateOptions) => rotateKeys(open(), options));
}
