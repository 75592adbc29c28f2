import { z } from 'zod';
import {
  allVariablesOf,
  applications,
  isEntry,
  migrationSource,
  readWorkspaceFile,
  start,
  variablesInSource,
} from './applications.js';
import { environmentIn, hasKubectl, ofKind, render, specOf, workloads, type Manifest } from './manifests.js';
import { misspeltFields, validate } from './object-types.js';

const kubectl = hasKubectl();
const suiteName = kubectl
  ? 'the Kubernetes manifests'
  : 'the Kubernetes manifests: there is no kubectl with kustomize on this machine';

const secretValues: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgresql://firmbridge_x:secret@postgres.example/firmbridge',
  AMQP_URL: 'amqps://firmbridge:secret@rabbitmq.example',
  VAULT_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
  STARTUP_TOKEN: 'dddddddddddddddddddddddd',
};
const secretValue = (key: string) => secretValues[key] ?? 'something-long';

const ingressSchema = z.object({
  tls: z.array(z.object({ hosts: z.array(z.string()), secretName: z.string() })),
  rules: z.array(
    z.object({
      host: z.string(),
      http: z.object({
        paths: z.array(
          z.object({
            path: z.string(),
            backend: z.object({ service: z.object({ name: z.string(), port: z.object({ name: z.string() }) }) }),
          }),
        ),
      }),
    }),
  ),
});
const serviceSchema = z.object({
  selector: z.record(z.string(), z.string()),
  ports: z.array(z.object({ name: z.string(), targetPort: z.string() })),
});
const policySchema = z.looseObject({
  podSelector: z.unknown(),
  policyTypes: z.array(z.string()),
  egress: z.array(z.looseObject({ to: z.array(z.unknown()), ports: z.array(z.unknown()) })).optional(),
  ingress: z.array(z.looseObject({ from: z.array(z.unknown()), ports: z.array(z.unknown()) })).optional(),
});

function policyNamed(manifests: readonly Manifest[], name: string) {
  return specOf(
    ofKind(manifests, 'NetworkPolicy').find(({ metadata }) => metadata.name === name),
    policySchema,
  );
}

(kubectl ? describe : describe.skip)(suiteName, () => {
  describe.each(['k8s/base', 'k8s/overlays/example'])('%s', (folder) => {
    const manifests = kubectl ? render(folder) : [];
    const services = workloads(manifests, 'Deployment');
    const [migration] = workloads(manifests, 'Job');
    const deploymentOf = (name: string) => {
      const found = services.find((service) => service.name === name);
      if (!found) throw new Error(`there is no Deployment ${name}`);
      return found;
    };

    it('are valid objects, without a misspelt field', () => {
      for (const manifest of manifests) expect(() => validate(manifest)).not.toThrow();
      expect(misspeltFields(manifests)).toBe('');
    });

    it('are all in one namespace', () => {
      const elsewhere = manifests.filter(({ kind, metadata }) => {
        return kind !== 'Namespace' && metadata.namespace !== 'firmbridge';
      });
      expect(elsewhere.map(({ metadata }) => metadata.name)).toEqual([]);
    });

    it('run every service and the migration, each from an entry that exists', () => {
      expect(services.map(({ name }) => name).sort()).toEqual(applications.map(({ name }) => name).sort());
      for (const { name, container } of services) expect(container.args).toEqual([`apps/${name}/dist/main.js`]);
      const entries = [...services, migration].map((workload) => workload?.container.args[0] ?? '');
      expect(entries.filter((entry) => !isEntry(entry))).toEqual([]);
    });

    it.each(applications)('give $name an environment that it takes, and no variable that it does not know', (app) => {
      const env = environmentIn(manifests, deploymentOf(app.name).container, secretValue);
      const known = Object.keys(allVariablesOf(app));
      expect(Object.keys(env).filter((name) => !known.includes(name))).toEqual([]);
      expect(() => start(app, env)).not.toThrow();
    });

    it.each(applications)('start $name also when no optional secret is there', (app) => {
      const { container } = deploymentOf(app.name);
      const env = container.env.filter(({ valueFrom }) => valueFrom?.secretKeyRef.optional !== true);
      expect(() => start(app, environmentIn(manifests, { ...container, env }, secretValue))).not.toThrow();
    });

    it('give the migration what it reads', () => {
      const names =
        migration === undefined ? [] : Object.keys(environmentIn(manifests, migration.container, secretValue));
      expect(names).toEqual(expect.arrayContaining(variablesInSource(migrationSource)));
    });

    it('hold no secret, only references to one Secret of each service', () => {
      expect(ofKind(manifests, 'Secret')).toEqual([]);
      for (const { name, container } of [...services, ...(migration === undefined ? [] : [migration])]) {
        const references = container.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []);
        expect(new Set(references.map((reference) => reference.name))).toEqual(new Set([`${name}-secrets`]));
      }
      const isSecret = /(PASSWORD|CLIENT_SECRET|VAULT_KEYS|STARTUP_TOKEN|AMQP_URL)$/;
      const open = services.flatMap(({ container }) => container.env.filter(({ value }) => value !== undefined));
      const mapped = ofKind(manifests, 'ConfigMap').flatMap((map) => Object.keys(map['data'] ?? {}));
      expect([...open.map(({ name }) => name), ...mapped].filter((name) => isSecret.test(name))).toEqual([]);
    });

    it('run every pod without rights, without a writable root and without a token of the cluster', () => {
      for (const { pod, container } of [...services, ...(migration === undefined ? [] : [migration])]) {
        expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
        expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(container.resources.requests)).toEqual(['cpu', 'memory']);
        expect(Object.keys(container.resources.limits)).toEqual(['memory']);
      }
    });

    it('give every service time to stop', () => {
      for (const { pod, container } of services) {
        expect(pod.terminationGracePeriodSeconds).toBe(30);
        expect(container.lifecycle).toEqual({ preStop: { exec: { command: ['sleep', '5'] } } });
      }
    });

    it('ask every service whether it lives and whether it is ready, where it listens', () => {
      for (const { container } of services) {
        const env = environmentIn(manifests, container, secretValue);
        const { startupProbe, livenessProbe, readinessProbe } = container;
        const wanted = { livez: [startupProbe, livenessProbe], readyz: [readinessProbe] };
        for (const [path, probes] of Object.entries(wanted)) {
          for (const probe of probes) {
            if (env['HOST'] === '0.0.0.0') {
              expect(probe?.httpGet).toEqual({ path: `/${path}`, port: 'http' });
              expect(container.ports).toEqual([{ name: 'http', containerPort: Number(env['PORT']) }]);
            } else {
              expect(probe?.exec?.command.at(-1)).toContain(`'http://${env['HOST']}:${env['PORT']}/${path}'`);
            }
          }
        }
      }
    });

    it('put a Service in front of every service that can be reached, and of no other', () => {
      const reachable = services.filter(({ container }) => container.ports.length > 0);
      expect(
        ofKind(manifests, 'Service')
          .map(({ metadata }) => metadata.name)
          .sort(),
      ).toEqual(reachable.map(({ name }) => name).sort());
      for (const manifest of ofKind(manifests, 'Service')) {
        const { selector, ports } = specOf(manifest, serviceSchema);
        const { labels, container } = deploymentOf(manifest.metadata.name);
        expect(labels).toMatchObject(selector);
        expect(container.ports.map(({ name }) => name)).toEqual(ports.map(({ targetPort }) => targetPort));
      }
    });

    it('keep one replica of what has several while nodes are drained', () => {
      const several = services.filter(({ replicas }) => replicas > 1).map(({ name }) => name);
      const budgets = ofKind(manifests, 'PodDisruptionBudget').map(({ metadata }) => metadata.name);
      expect(budgets.sort()).toEqual(several.sort());
    });

    it('route from outside only to paths that auth and the sync services serve, under the host all know as their own', () => {
      const { rules, tls } = specOf(ofKind(manifests, 'Ingress')[0], ingressSchema);
      const paths = rules.flatMap(({ http }) => http.paths);
      expect(paths.map(({ path, backend }) => [path, backend.service.name, backend.service.port.name])).toEqual([
        ['/oauth/callback', 'auth', 'http'],
        ['/oauth/start', 'auth', 'http'],
        ['/webhooks/clio', 'clio-sync', 'http'],
        ['/webhooks/ghl', 'ghl-sync', 'http'],
      ]);
      const ownHostOf = (name: string) => {
        const { PUBLIC_URL } = environmentIn(manifests, deploymentOf(name).container, secretValue);
        return new URL(PUBLIC_URL ?? '').host;
      };
      const hosts = [...rules.map(({ host }) => host), ...tls.flatMap((one) => one.hosts)];
      expect(new Set(hosts)).toEqual(new Set([ownHostOf('auth'), ownHostOf('clio-sync'), ownHostOf('ghl-sync')]));
    });

    it('deny what no policy allows', () => {
      const { podSelector, policyTypes, egress, ingress } = policyNamed(manifests, 'nothing-else');
      expect({ podSelector, policyTypes, egress, ingress }).toEqual({
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        egress: undefined,
        ingress: undefined,
      });
      const open = ofKind(manifests, 'NetworkPolicy').flatMap((manifest) => {
        const rules = specOf(manifest, policySchema);
        return [...(rules.egress ?? []), ...(rules.ingress ?? [])].filter(({ to, from, ports }) => {
          return [to ?? from, ports].some((list) => !Array.isArray(list) || list.length === 0);
        });
      });
      expect(open).toEqual([]);
    });

    it('let only those out to the internet who call a provider, and not into this network', () => {
      const label = 'firmbridge.io/calls-providers';
      const callers = services.filter(({ labels }) => labels[label] === 'true').map(({ name }) => name);
      expect(callers.sort()).toEqual(['auth', 'clio-sync', 'ghl-sync']);
      const { podSelector, egress } = policyNamed(manifests, 'providers');
      expect(podSelector).toEqual({ matchLabels: { [label]: 'true' } });
      expect(egress?.[0]?.ports).toEqual([{ protocol: 'TCP', port: 443 }]);
      expect(JSON.stringify(egress)).toContain('169.254.0.0/16');
    });
  });

  it('name in k8s/README.md every key of every Secret', () => {
    const page = readWorkspaceFile('k8s/README.md');
    const manifests = kubectl ? render('k8s/base') : [];
    const all = [...workloads(manifests, 'Deployment'), ...workloads(manifests, 'Job')];
    const keys = all.flatMap(({ container }) =>
      container.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
    );
    const missing = keys.filter(({ name, key }) => {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\``));
      return row?.includes(`\`${key}\``) !== true;
    });
    expect(missing).toEqual([]);
  });

  it('take image and tag from the overlay', () => {
    const manifests = kubectl ? render('k8s/overlays/example') : [];
    const all = [...workloads(manifests, 'Deployment'), ...workloads(manifests, 'Job')];
    const images = new Set(all.map(({ container }) => container.image));
    expect([...images]).toEqual(['registry.example.net/platform/firmbridge:0.1.0']);
  });
});
