import type { Agency, AgencyLocationList } from '@firmbridge/api-client';
import { useState } from 'react';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { Badge } from '../../ui/badge.js';
import { EmptyState } from '../../ui/empty-state.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { disconnect } from '../connections/disconnections.js';
import { useMay } from '../session/session.js';
import { agencies, connectLocation, locationsOf } from './settings.js';

/** Agencies of GoHighLevel, and which of their locations are connected. */
export function AgencySection() {
  const { value, refusal } = useRemote(agencies);
  return (
    <Section title="GoHighLevel agencies">
      <RefusalAlert refusal={refusal} />
      {value?.agencies.length === 0 && (
        <EmptyState title="No agency">
          Who installs the app for a whole agency finds it here, and chooses the locations to connect.
        </EmptyState>
      )}
      {value !== null && value.agencies.length > 0 && (
        <ul className="panel plain-list">
          {value.agencies.map((agency) => (
            <AgencyItem key={agency.agencyId} agency={agency} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function AgencyItem({ agency }: { readonly agency: Agency }) {
  const { agencyId, name, status, connectionIds } = agency;
  const [found, setFound] = useState<AgencyLocationList | null>(null);
  const manage = useMay('connections.manage');
  const looking = useAction(async () => setFound(await locationsOf(agencyId)));
  const connecting = useAction(async (locationId: string) => {
    await connectLocation(agencyId, locationId);
    setFound(await locationsOf(agencyId));
  });
  const leaving = useAction(async () => {
    await disconnect(agencyId);
    agencies.refreshSoon();
  });
  return (
    <li>
      <div className="person-row">
        <div className="min-width-0 flex-grow-1">
          <div className="d-flex flex-wrap align-items-center gap-2">
            <strong>{name}</strong>
            <Badge tone={status === 'active' ? 'good' : 'warning'}>
              {status === 'active' ? 'Connected' : 'Reconnect needed'}
            </Badge>
          </div>
          <div className="problem-facts">
            <span>{connectionIds.length} of its locations connected</span>
          </div>
        </div>
        <button
          type="button"
          className="btn btn-sm btn-quiet"
          disabled={looking.isRunning}
          onClick={() => looking.run()}
        >
          Show locations
        </button>
        {connectionIds.length === 0 && (
          <button
            type="button"
            className="btn btn-sm btn-quiet"
            title={manage.reason}
            disabled={!manage.isAllowed || leaving.isRunning}
            onClick={() => window.confirm(`Disconnect ${name}?`) && leaving.run()}
          >
            Disconnect
          </button>
        )}
      </div>
      {found !== null && (
        <ul className="plain-list mt-2">
          {found.locations.map(({ locationId, name: location, connectionId }) => (
            <li key={locationId} className="person-row">
              <span className="flex-grow-1">{location}</span>
              {connectionId === null ? (
                <button
                  type="button"
                  className="btn btn-sm btn-outline-primary"
                  title={manage.reason}
                  disabled={!manage.isAllowed || connecting.isRunning}
                  onClick={() => connecting.run(locationId)}
                >
                  Connect
                </button>
              ) : (
                <Badge tone="good">Connected</Badge>
              )}
            </li>
          ))}
        </ul>
      )}
      <RefusalAlert refusal={looking.refusal ?? connecting.refusal ?? leaving.refusal} />
    </li>
  );
}
