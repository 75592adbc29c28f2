import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { replicaSabotages, sabotaged } from './auth-sabotage.js';

const home = path.resolve(import.meta.dirname, '../../../../auth/src/persistence');
const sources = globSync('**/*.ts', { cwd: home }).map((file) => readFileSync(path.join(home, file), 'utf8'));

it.each(replicaSabotages.filter((one) => one !== 'hash-on-the-loop'))('%s finds what it is to break', (sabotage) => {
  expect(sources.filter((source) => sabotaged(source, sabotage) !== source)).toHaveLength(1);
});
