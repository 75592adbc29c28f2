/** Areas of events that are not called after the one service that publishes them. */
const publishers: Readonly<Record<string, readonly string[]>> = {
  entity: ['mapping'],
  'entity-replay': ['mapping'],
  sync: ['clio-sync', 'ghl-sync'],
  provider: ['auth', 'clio-sync', 'ghl-sync'],
  platform: ['auth', 'clio-sync', 'ghl-sync', 'mapping', 'audit-log'],
};

/** The services that publish an event; the one service that carries out a command or answers a query. */
export function ownersOf({ name }: { readonly name: string }): readonly string[] {
  const area = name.slice(0, name.indexOf('.'));
  return publishers[area] ?? [area];
}
