import { addPairing } from '@firmbridge/api-client';
import { answerOf } from '../../api/problem.js';
import { useAction } from '../../api/use-action.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { useMay } from '../session/session.js';
import { AccountCard } from './account-card.js';
import { ConnectCard } from './connect-card.js';
import { connections, type Bridge } from './connections.js';

/** Two accounts and what joins them. */
export function BridgeRow({ bridge }: { readonly bridge: Bridge }) {
  const { clio, ghl, isPaired } = bridge;
  return (
    <div className="bridge">
      {clio ? <AccountCard connection={clio} /> : <ConnectCard provider="clio" />}
      <BridgeSpan {...{ clio, ghl, isPaired }} />
      {ghl ? <AccountCard connection={ghl} /> : <ConnectCard provider="ghl" />}
    </div>
  );
}

function BridgeSpan({ clio, ghl, isPaired }: Bridge) {
  const pair = useAction(async (clioConnectionId: string, ghlConnectionId: string) => {
    await answerOf(addPairing({ body: { clioConnectionId, ghlConnectionId } }));
    connections.refreshSoon();
  });
  const manage = useMay('connections.manage');
  const isSound = isPaired && clio?.status === 'active' && ghl?.status === 'active';
  const tone = isSound ? 'bridge-sound' : isPaired ? 'bridge-interrupted' : 'bridge-open';
  return (
    <div className={`bridge-span ${tone}`}>
      <svg viewBox="0 0 120 44" className="bridge-picture" aria-hidden="true">
        <path className="bridge-road" d="M0 32H120" />
        <path className="bridge-arch" d="M6 32C26 4 94 4 114 32" />
        <path className="bridge-hanger" d="M30 18v14M45 13v19M60 11v21M75 13v19M90 18v14" />
      </svg>
      {clio && ghl && !isPaired ? (
        <button
          type="button"
          className="btn btn-sm btn-primary"
          title={manage.reason}
          disabled={!manage.isAllowed || pair.isRunning}
          onClick={() => pair.run(clio.connectionId, ghl.connectionId)}
        >
          Keep in step
        </button>
      ) : (
        <span className="bridge-words">{isSound ? 'Kept in step' : isPaired ? 'Interrupted' : 'Not linked yet'}</span>
      )}
      <RefusalAlert refusal={pair.refusal} />
    </div>
  );
}
