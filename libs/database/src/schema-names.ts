import { AppError } from '@firmbridge/contracts';

/** What one service owns in PostgreSQL. */
export interface SchemaNames {
  readonly namespace: string;
  /** As written elsewhere: `clio-sync`. */
  readonly service: string;
  readonly schema: string;
  /** Sees one tenant at a time. */
  readonly role: string;
  /** Sees every tenant: relay, sweeper, drift and backup work. */
  readonly allTenantsRole: string;
}

export const defaultNamespace = 'firmbridge';

const namespacePattern = /^[a-z][a-z0-9_]*$/;
const servicePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const longestIdentifier = 63;

/** The names of a service's schema and roles; two namespaces never share a role. */
export function schemaNames(service: string, namespace: string = defaultNamespace): SchemaNames {
  if (!namespacePattern.test(namespace)) {
    throw new AppError(
      'validation',
      'database.bad_namespace',
      `The database namespace "${namespace}" must match ${namespacePattern}.`,
    );
  }
  if (!servicePattern.test(service)) {
    throw new AppError(
      'validation',
      'database.bad_service',
      `The service name "${service}" must match ${servicePattern}.`,
    );
  }
  const schema = service.replaceAll('-', '_');
  const role = `${namespace}_${schema}`;
  const allTenantsRole = `${role}_all_tenants`;
  if (allTenantsRole.length > longestIdentifier) {
    throw new AppError(
      'validation',
      'database.bad_namespace',
      `The role name "${allTenantsRole}" is longer than PostgreSQL allows.`,
    );
  }
  return { namespace, service, schema, role, allTenantsRole };
}
