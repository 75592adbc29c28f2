import type { Provider, Region } from '@firmbridge/contracts';
import { defineEntity, p } from '@mikro-orm/core';

/** An app that was set by hand. Of no tenant: it is the installation's; its secret is sealed under the nil UUID. */
export const providerAppTable = defineEntity({
  name: 'ProviderApp',
  tableName: 'provider_app',
  properties: {
    provider: p.text().$type<Provider>().primary(),
    region: p.text().$type<Region>().primary(),
    clientId: p.text(),
    clientSecret: p.text(),
    versionId: p.text().nullable(),
    changedAt: p.datetime(3),
    changedBy: p.text(),
  },
});
