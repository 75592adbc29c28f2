import { useRemote } from '../api/remote-value.js';
import { AgencySection } from '../features/settings/agency-section.js';
import { ErasureSection } from '../features/settings/erasure-section.js';
import { ProviderAppSection } from '../features/settings/provider-app-section.js';
import { session, useMay } from '../features/session/session.js';

/** What is set once: apps of providers, agencies, and the end of a firm. */
export function SettingsPage() {
  const { value: me } = useRemote(session);
  const settings = useMay('settings.manage');
  const erasure = useMay('erasure.request');
  return (
    <>
      <h1 className="visually-hidden">Settings</h1>
      {settings.isAllowed && <ProviderAppSection />}
      <AgencySection />
      {erasure.isAllowed && <ErasureSection firmName={me?.firmName ?? null} />}
    </>
  );
}
