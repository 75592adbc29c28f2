export { runCli } from './run-cli.js';
export { type World } from './session.js';
export { type Terminal } from './terminal.js';
