import type { Environment } from '@firmbridge/service';

export interface PlatformAddresses {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  readonly authUrl: string;
  readonly gatewayUrl: string;
  readonly sandboxUrl: string;
  /** Where Clio's webhooks reach clio-sync; without it changes are polled. */
  readonly clioSyncUrl?: string;
  /** The same for GoHighLevel's and ghl-sync. */
  readonly ghlSyncUrl?: string;
}

interface ProviderAppKeys {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface GhlAppKeys extends ProviderAppKeys {
  /** What the sandbox signs its webhooks with; GoHighLevel's own where it is not named. */
  readonly webhookPublicKey?: string;
}

export interface PlatformSettings {
  readonly addresses: PlatformAddresses;
  /** Prefixes of roles, and of exchanges and queues: what keeps two platforms on the same servers apart. */
  readonly namespaces: { readonly database: string; readonly amqp: string };
  /** The developer applications by which the platform is known to the providers. */
  readonly apps: { readonly clio: ProviderAppKeys; readonly ghl: GhlAppKeys };
  readonly vaultKeys: string;
  readonly startupToken: string;
  readonly logLevel: string;
  readonly requestsPerMinute: number;
  readonly pollIntervalSeconds: number;
  /** More variables for a service, by its name. */
  readonly overrides?: Readonly<Record<string, Environment>>;
}

/** The tenant of the demonstration firm. */
export const demoTenantId = '5b0c3a52-8a53-4d0c-9d3f-0c8f0f7a1d01';

/** The Clio application that the sandbox is born with; GHL's it tells itself. */
export const sandboxClioApp = { clientId: 'sandbox-clio-client', clientSecret: 'sandbox-clio-secret' } as const;

const portOf = (url: string) => new URL(url).port;

/** The environment of every service when the providers are the sandbox. */
export function environmentOf(service: string, settings: PlatformSettings): Environment {
  return { ...ownEnvironmentOf(service, settings), ...settings.overrides?.[service] };
}

function ownEnvironmentOf(service: string, settings: PlatformSettings): Environment {
  const { addresses, apps } = settings;
  const base = {
    DATABASE_URL: addresses.databaseUrl,
    DATABASE_NAMESPACE: settings.namespaces.database,
    AMQP_URL: addresses.amqpUrl,
    AMQP_NAMESPACE: settings.namespaces.amqp,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: settings.logLevel,
    VAULT_KEYS: settings.vaultKeys,
  };
  const regions = ['us', 'eu', 'ca', 'au'].flatMap((region) => [
    [`CLIO_${region.toUpperCase()}_ORIGIN`, `${addresses.sandboxUrl}/clio/${region}`],
    [`CLIO_${region.toUpperCase()}_CLIENT_ID`, apps.clio.clientId],
    [`CLIO_${region.toUpperCase()}_CLIENT_SECRET`, apps.clio.clientSecret],
  ]);
  if (service === 'auth') {
    return {
      ...base,
      ...Object.fromEntries(regions),
      PORT: portOf(addresses.authUrl),
      PUBLIC_URL: addresses.authUrl,
      RETURN_ORIGINS: addresses.gatewayUrl,
      GHL_API_ORIGIN: `${addresses.sandboxUrl}/ghl`,
      GHL_AUTHORIZE_URL: `${addresses.sandboxUrl}/ghl/oauth/chooselocation`,
      GHL_CLIENT_ID: apps.ghl.clientId,
      GHL_CLIENT_SECRET: apps.ghl.clientSecret,
    };
  }
  if (service === 'clio-sync') {
    return {
      ...base,
      CLIO_REQUESTS_PER_MINUTE: String(settings.requestsPerMinute),
      CLIO_REQUESTS_PER_HOUR: '0',
      CLIO_POLL_INTERVAL_SECONDS: String(settings.pollIntervalSeconds),
      ...(addresses.clioSyncUrl === undefined
        ? {}
        : { PORT: portOf(addresses.clioSyncUrl), PUBLIC_URL: addresses.clioSyncUrl }),
    };
  }
  if (service === 'ghl-sync') {
    return {
      ...base,
      GHL_POLL_INTERVAL_SECONDS: String(settings.pollIntervalSeconds),
      ...(apps.ghl.webhookPublicKey === undefined ? {} : { GHL_WEBHOOK_PUBLIC_KEYS: apps.ghl.webhookPublicKey }),
      ...(addresses.ghlSyncUrl === undefined
        ? {}
        : { PORT: portOf(addresses.ghlSyncUrl), PUBLIC_URL: addresses.ghlSyncUrl }),
    };
  }
  if (service === 'gateway') {
    return {
      ...base,
      PORT: portOf(addresses.gatewayUrl),
      STARTUP_TOKEN: settings.startupToken,
      TENANT_ID: demoTenantId,
    };
  }
  return base;
}
