import { useRemote } from '../../api/remote-value.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { BridgeRow } from './bridge-row.js';
import { bridgesOf, connections } from './connections.js';

export function AccountsSection() {
  const { value, refusal } = useRemote(connections);
  return (
    <Section title="Accounts">
      <RefusalAlert refusal={refusal} />
      {value === null ? (
        <div className="bridge" aria-busy="true">
          <div className="panel account-card skeleton-card" />
          <div className="bridge-span" />
          <div className="panel account-card skeleton-card" />
        </div>
      ) : (
        bridgesOf(value).map((bridge, index) => (
          <BridgeRow key={bridge.clio?.connectionId ?? bridge.ghl?.connectionId ?? index} bridge={bridge} />
        ))
      )}
    </Section>
  );
}
