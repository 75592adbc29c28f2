import type { ConnectionBudget } from '@firmbridge/api-client';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { ProgressBar } from '../../ui/progress-bar.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { useNow } from '../../ui/use-now.js';
import { useMay } from '../session/session.js';
import { budgetOf, budgetSentence, setWindow, windowName, type BudgetWindow } from './budgets.js';

/** How much of its calls a connection has used: a bar for each window, and what waits for more. */
export function BudgetGauge({ connectionId }: { readonly connectionId: string }) {
  const { value, refusal } = useRemote(budgetOf(connectionId));
  const now = useNow(value !== null && (value.doneAt ?? value.pausedUntil) !== null);
  if (value === null) return <RefusalAlert refusal={refusal} />;
  return (
    <div className="budget" aria-label="Calls to the provider">
      {value.windows.map((window) => (
        <WindowGauge key={window.seconds} budget={value} window={window} />
      ))}
      <div className="section-note">{budgetSentence(value, new Date(now))}</div>
    </div>
  );
}

function WindowGauge({ budget, window }: { readonly budget: ConnectionBudget; readonly window: BudgetWindow }) {
  const manage = useMay('connections.manage');
  const change = useAction((changed: BudgetWindow) => setWindow(budget, changed));
  const { seconds, limit, enabled, effectiveLimit, used } = window;
  const name = windowName(seconds);
  const isOff = effectiveLimit === null;
  const words = isOff ? `no limit a ${name}` : `${used} of ${effectiveLimit} a ${name}`;
  const ask = () => {
    const text = globalThis.prompt(
      `Calls allowed in each ${name}; 0 switches this limit off.`,
      String(enabled ? limit : 0),
    );
    if (text === null || !/^\d+$/.test(text.trim())) return;
    change.run({ ...window, enabled: Number(text) > 0, limit: Number(text) || limit });
  };
  return (
    <>
      <div className="budget-window">
        <ProgressBar
          label={`Calls used of the ${name}`}
          percent={isOff ? 0 : Math.min(100, (used / effectiveLimit) * 100)}
          tone={budget.pausedUntil === null ? 'active' : 'parked'}
          text={words}
        />
        <span
          className="budget-words"
          title={
            effectiveLimit !== null && effectiveLimit < limit ? 'The provider allows fewer at the moment.' : undefined
          }
        >
          {words}
        </span>
        <button
          type="button"
          className="btn btn-sm btn-quiet"
          title={manage.reason}
          disabled={!manage.isAllowed || change.isRunning}
          onClick={ask}
        >
          Change
        </button>
      </div>
      <RefusalAlert refusal={change.refusal} />
    </>
  );
}
