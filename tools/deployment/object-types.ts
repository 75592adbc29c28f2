import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Namespace, Service } from 'kubernetes-models/v1';
import type { Manifest } from './manifests.js';

const root = path.resolve(import.meta.dirname, '../..');

interface ObjectType {
  readonly module: string;
  readonly validate: (manifest: never) => void;
}

const types: Readonly<Record<string, ObjectType>> = {
  'v1/Namespace': { module: 'v1', validate: (manifest) => new Namespace(manifest).validate() },
  'v1/ConfigMap': { module: 'v1', validate: (manifest) => new ConfigMap(manifest).validate() },
  'v1/Service': { module: 'v1', validate: (manifest) => new Service(manifest).validate() },
  'apps/v1/Deployment': { module: 'apps/v1', validate: (manifest) => new Deployment(manifest).validate() },
  'batch/v1/Job': { module: 'batch/v1', validate: (manifest) => new Job(manifest).validate() },
  'policy/v1/PodDisruptionBudget': {
    module: 'policy/v1',
    validate: (manifest) => new PodDisruptionBudget(manifest).validate(),
  },
  'networking.k8s.io/v1/Ingress': {
    module: 'networking.k8s.io/v1',
    validate: (manifest) => new Ingress(manifest).validate(),
  },
  'networking.k8s.io/v1/NetworkPolicy': {
    module: 'networking.k8s.io/v1',
    validate: (manifest) => new NetworkPolicy(manifest).validate(),
  },
};

function typeOf({ apiVersion, kind }: Manifest): ObjectType {
  const type = types[`${apiVersion}/${kind}`];
  if (!type) throw new Error(`no model for ${apiVersion} ${kind}: add it to object-types.ts`);
  return type;
}

/** Throws when a field is missing or has the wrong type. */
export function validate(manifest: Manifest): void {
  typeOf(manifest).validate(manifest as never);
}

/** What the compiler says of the objects as literals of their types; unlike validation it knows of misspelt fields. */
export function misspeltFields(manifests: readonly Manifest[]): string {
  const source = manifests.map((manifest, index) => {
    const type = `import('kubernetes-models/${typeOf(manifest).module}').I${manifest.kind}`;
    return `export const object${index}: ${type} = ${JSON.stringify(manifest, null, 2)};`;
  });
  const folder = path.join(root, 'node_modules/.cache/firmbridge/manifests');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `objects-${process.pid}.mts`);
  writeFileSync(file, source.join('\n'));
  const options = ['--ignoreConfig', '--noEmit', '--skipLibCheck', '--strict', '--module', 'nodenext', '--types', ''];
  const compiler = path.join(root, 'tools/tsc.mjs');
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, ...options, file], { cwd: root, encoding: 'utf8' });
  rmSync(file);
  return stdout + stderr;
}
