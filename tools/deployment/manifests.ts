import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');

const envSchema = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .object({ secretKeyRef: z.object({ name: z.string(), key: z.string(), optional: z.boolean().default(false) }) })
    .optional(),
});
const probeSchema = z.looseObject({
  httpGet: z.object({ path: z.string(), port: z.string() }).optional(),
  exec: z.object({ command: z.array(z.string()) }).optional(),
});
const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(envSchema).default([]),
  envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })).default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).default([]),
  resources: z.looseObject({ requests: z.record(z.string(), z.string()), limits: z.record(z.string(), z.string()) }),
  securityContext: z.unknown().optional(),
  lifecycle: z.unknown().optional(),
  startupProbe: probeSchema.optional(),
  livenessProbe: probeSchema.optional(),
  readinessProbe: probeSchema.optional(),
});
export type Container = z.output<typeof containerSchema>;

const podSchema = z.looseObject({
  automountServiceAccountToken: z.boolean().optional(),
  enableServiceLinks: z.boolean().optional(),
  terminationGracePeriodSeconds: z.int().optional(),
  securityContext: z.unknown().optional(),
  containers: z.tuple([containerSchema]),
});
const workloadSchema = z.object({
  replicas: z.int().optional(),
  template: z.object({
    metadata: z.object({ labels: z.record(z.string(), z.string()) }),
    spec: podSchema,
  }),
});

export interface Workload {
  readonly name: string;
  readonly replicas: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: z.output<typeof podSchema>;
  readonly container: Container;
}

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
export type Manifest = z.output<typeof objectSchema>;

export function hasKubectl(): boolean {
  return spawnSync('kubectl', ['kustomize', '--help']).status === 0;
}

/** What `kubectl apply -k` would send. */
export function render(folder: string): Manifest[] {
  const { status, stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`kubectl kustomize ${folder} failed: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => objectSchema.parse(document.toJS()));
}

export function ofKind(manifests: readonly Manifest[], kind: string): Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

/** A part of an object that the caller knows to be there. */
export function specOf<T>(manifest: Manifest | undefined, schema: z.ZodType<T>): T {
  return schema.parse(manifest?.['spec']);
}

export function workloads(manifests: readonly Manifest[], kind: 'Deployment' | 'Job'): Workload[] {
  return ofKind(manifests, kind).map((manifest) => {
    const { replicas, template } = specOf(manifest, workloadSchema);
    const [container] = template.spec.containers;
    const { labels } = template.metadata;
    return { name: manifest.metadata.name, replicas: replicas ?? 1, labels, pod: template.spec, container };
  });
}

/** Values of a container's variables: those given, and those of Secrets from the caller. Throws on a ConfigMap that is not there. */
export function environmentIn(
  manifests: readonly Manifest[],
  container: Container,
  secretValue: (key: string) => string,
): Record<string, string> {
  const fromMaps = container.envFrom.map(({ configMapRef }) => {
    const map = ofKind(manifests, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef.name);
    return z.record(z.string(), z.string()).parse(map?.['data']);
  });
  const own = container.env.map(({ name, value, valueFrom }) => [
    name,
    valueFrom === undefined ? (value ?? '') : secretValue(valueFrom.secretKeyRef.key),
  ]);
  return Object.assign({}, ...fromMaps, Object.fromEntries(own)) as Record<string, string>;
}
