import { readWorkspaceFile } from './applications.js';
import { parseDockerfile, textsOf, type Stage } from './dockerfile.js';

const stages = parseDockerfile(readWorkspaceFile('Dockerfile'));
const build = stages.find(({ alias }) => alias === 'build');
const runtime = stages.at(-1);

function commandOf(stage: Stage | undefined, name: string): unknown {
  const [text, ...more] = stage === undefined ? [] : textsOf(stage, name);
  expect(more).toEqual([]);
  return JSON.parse(text ?? 'null');
}

describe('the image', () => {
  it('is built on Node 24 in stages, each of which copies only from one before it', () => {
    expect(new Set(stages.map(({ base }) => base))).toEqual(new Set(['node:24-slim']));
    for (const [index, stage] of stages.entries()) {
      const before = stages.slice(0, index).map(({ alias }) => alias);
      const sources = textsOf(stage, 'COPY').flatMap((text) => /--from=(\S+)/.exec(text)?.[1] ?? []);
      expect(before).toEqual(expect.arrayContaining(sources));
    }
  });

  it('installs from the lock file before the sources come in, so that a change of source repeats no download', () => {
    const steps = build?.instructions ?? [];
    const install = steps.findIndex(({ name, text }) => name === 'RUN' && text.startsWith('npm ci'));
    const sources = steps.findIndex(({ name, text }) => name === 'COPY' && text === '. .');
    expect(install).toBeGreaterThan(0);
    expect(sources).toBeGreaterThan(install);
    // TypeScript's compiler and the bundler are optional packages: without them nothing can be built.
    expect(steps[install]?.text).not.toContain('--omit');
  });

  it('carries neither development packages, nor the Node of npm, nor sources', () => {
    const commands = build?.instructions.map(({ text }) => text).join('\n') ?? '';
    expect(commands).toMatch(/npm run build && npm prune --omit=dev --omit=optional/);
    expect(commands).toMatch(/rm -rf apps\/\*\/src apps\/\*\/test libs\/\*\/src libs\/\*\/test/);
    const copied = runtime === undefined ? [] : textsOf(runtime, 'COPY');
    expect(copied.length).toBeGreaterThan(0);
    expect(copied.every((text) => text.startsWith('--from=build '))).toBe(true);
  });

  it('runs Node itself as process 1, so that SIGTERM reaches the service', () => {
    expect(commandOf(runtime, 'ENTRYPOINT')).toEqual(['node']);
  });

  it('says what is missing when no service is named', () => {
    const [flag, script] = commandOf(runtime, 'CMD') as string[];
    expect(flag).toBe('-e');
    expect(script).toContain('process.exit(1)');
  });

  it('runs as a numbered user who is not root, and becomes root nowhere after that', () => {
    const users = runtime === undefined ? [] : textsOf(runtime, 'USER');
    expect(users).toEqual(['1000:1000']);
    const names = runtime?.instructions.map(({ name }) => name) ?? [];
    expect(names.slice(names.indexOf('USER'))).toEqual(['USER', 'ENTRYPOINT', 'CMD']);
  });

  it('takes no secret while it is built', () => {
    const named = stages.flatMap((stage) => [...textsOf(stage, 'ARG'), ...textsOf(stage, 'ENV')]);
    expect(named).toEqual(['NODE_ENV=production']);
    expect(stages.flatMap((stage) => textsOf(stage, 'ADD'))).toEqual([]);
  });

  it('never sees what belongs to one machine', () => {
    const ignored = readWorkspaceFile('.dockerignore').split('\n');
    const needed = ['**/node_modules', '**/dist', '**/.env', '**/.env.*', '.git', '.nx', '.firmbridge'];
    expect(ignored).toEqual(expect.arrayContaining(needed));
  });
});
