import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const workspace = path.resolve(import.meta.dirname, '../../..');
const isBuilt = ['contracts', 'subscriber'].every((lib) =>
  existsSync(path.join(workspace, 'libs', lib, 'dist/index.js')),
);
const whenItIsBuilt = isBuilt ? describe : describe.skip;

const compiler = path.join(workspace, 'tools/tsc.mjs');
const strict = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--skipLibCheck'];

const script = `
import { defineSubscription, memoryInbox, subscribe } from '@firmbridge/subscriber';
import { anEntity, play } from '@firmbridge/subscriber/kit';

const open = new Set<string>();
const definition = defineSubscription({
  queue: 'elsewhere.open-matters',
  inbox: memoryInbox(open),
  newestOnly: true,
  on: {
    'matter.*': ({ event, tx }) => void (event.state.status === 'open' ? tx.add(event.entityId) : tx.delete(event.entityId)),
  },
});
const matter = anEntity('matter', { state: { status: 'open' } });
const events = [matter.created(), matter.updated({ status: 'closed' })];
const { handled, duplicates } = await play(definition, events, { duplicates: 1 });
const refusal = await subscribe({ ...definition, url: 'amqp://127.0.0.1:1', startTimeoutMs: 100 }).catch((error) => error.code);
console.log(JSON.stringify({ open: open.size, handled, duplicates, refusal }));
`;

whenItIsBuilt('the packed packages (skipped unless built: node tools/tsc.mjs -b libs/subscriber)', () => {
  let folder: string;
  const modules = () => path.join(folder, 'node_modules');

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'firmbridge-elsewhere-'));
    for (const lib of ['contracts', 'subscriber']) await unpack(lib);
    for (const name of ['amqplib', 'zod', 'pg', '@types/pg', '@types/node']) {
      await mkdir(path.dirname(path.join(modules(), name)), { recursive: true });
      await symlink(path.join(workspace, 'node_modules', name), path.join(modules(), name));
    }
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(path.join(folder, 'main.ts'), script);
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function unpack(lib: string): Promise<void> {
    const options = ['pack', '--ignore-scripts', '--offline', '--json', '--pack-destination', folder];
    await run('npm', [...options, path.join(workspace, 'libs', lib)], { cwd: folder });
    const archive = (await readdir(folder)).find((name) => name.startsWith(`firmbridge-${lib}-`)) ?? '';
    const target = path.join(modules(), '@firmbridge', lib);
    await mkdir(target, { recursive: true });
    await run('tar', ['-xzf', path.join(folder, archive), '-C', target, '--strip-components', '1']);
  }

  it('need amqplib and zod and nothing else', async () => {
    const manifest = async (lib: string) => {
      const text = await readFile(path.join(modules(), '@firmbridge', lib, 'package.json'), 'utf8');
      return JSON.parse(text) as { private?: boolean; dependencies: object };
    };
    const { private: isHidden, dependencies } = await manifest('subscriber');
    expect(isHidden).toBeUndefined();
    expect(Object.keys(dependencies).sort()).toEqual(['@firmbridge/contracts', 'amqplib']);
    expect(Object.keys((await manifest('contracts')).dependencies)).toEqual(['zod']);
    const files = await readdir(path.join(modules(), '@firmbridge/subscriber'));
    expect(files.sort()).toEqual(['README.md', 'dist', 'package.json']);
  });

  it('fit what their README shows', async () => {
    const readme = await readFile(path.join(modules(), '@firmbridge/subscriber/README.md'), 'utf8');
    const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    expect(example.trim().split('\n').length).toBeLessThan(30);
    await writeFile(path.join(folder, 'readme.ts'), example);
    await run(process.execPath, [compiler, ...strict, '--noEmit', 'readme.ts'], { cwd: folder });
  });

  it('have types, and run in plain Node', async () => {
    await run(process.execPath, [compiler, ...strict, 'main.ts'], { cwd: folder });
    const { stdout } = await run(process.execPath, ['main.js'], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '' },
    });
    expect(JSON.parse(stdout)).toEqual({ open: 0, handled: 2, duplicates: 2, refusal: 'broker.unavailable' });
  });
});
