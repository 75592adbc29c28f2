import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findPrograms } from './server-programs.js';

const folder = mkdtempSync(path.join(tmpdir(), 'firmbridge-programs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text = 'exit 0'): void {
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`);
  chmodSync(path.join(folder, name), 0o755);
}

describe('programs for servers of our own', () => {
  it('are named when they are missing', () => {
    expect(findPrograms(folder, [])).toEqual({
      missing: ['rabbitmq-server', 'erl and epmd of Erlang', 'initdb and postgres of PostgreSQL 15 or newer'],
    });
  });

  it('are not a wrapper that changes the user, and not a PostgreSQL that is too old', () => {
    program('rabbitmq-script-wrapper');
    symlinkSync(path.join(folder, 'rabbitmq-script-wrapper'), path.join(folder, 'rabbitmq-server'));
    for (const name of ['erl', 'epmd', 'initdb']) program(name);
    program('postgres', 'echo "postgres (PostgreSQL) 14.2"');
    expect(findPrograms(folder, [])).toEqual({
      missing: ['rabbitmq-server', 'initdb and postgres of PostgreSQL 15 or newer'],
    });
  });

  it('are found together on the search path', () => {
    rmSync(path.join(folder, 'rabbitmq-server'));
    program('rabbitmq-server');
    program('postgres', 'echo "postgres (PostgreSQL) 16.1 (Debian)"');
    expect(findPrograms(folder, [])).toEqual({
      rabbitmqServer: path.join(folder, 'rabbitmq-server'),
      erl: path.join(folder, 'erl'),
      epmd: path.join(folder, 'epmd'),
      initdb: path.join(folder, 'initdb'),
      postgres: path.join(folder, 'postgres'),
    });
  });
});
