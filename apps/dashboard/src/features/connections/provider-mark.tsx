import type { Provider } from './connections.js';

const letters: Readonly<Record<Provider, string>> = { clio: 'C', ghl: 'HL' };

export function ProviderMark({ provider }: { readonly provider: Provider }) {
  return (
    <span className={`provider-mark provider-${provider}`} aria-hidden="true">
      {letters[provider]}
    </span>
  );
}
