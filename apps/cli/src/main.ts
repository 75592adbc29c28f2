#!/usr/bin/env node
import { processTerminal } from './process-terminal.js';
import { runCli } from './run-cli.js';

const stop = new AbortController();
let stoppedAt = Number.POSITIVE_INFINITY;
process.on('SIGINT', () => {
  // One Ctrl-C can arrive twice, by the terminal and by npm; whoever presses it again means it.
  if (Date.now() - stoppedAt > 500) process.exit(130);
  if (!stop.signal.aborted) stoppedAt = Date.now();
  stop.abort();
});

process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  // npm runs scripts in the folder of the workspace and says here where the person was.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  terminal: processTerminal(stop.signal),
  now: () => new Date(),
  signal: stop.signal,
});
