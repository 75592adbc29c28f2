import type { Conflict } from '@firmbridge/api-client';
import { useRemote } from '../../api/remote-value.js';
import { useAction } from '../../api/use-action.js';
import { formatMany } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { providerNames } from '../connections/connections.js';
import { useMay } from '../session/session.js';
import { decide, decidedConflicts, openConflicts, readable, undo, type Take } from './conflicts.js';

/** What both sides cannot agree on, and what was decided last; not there while there is neither. */
export function ConflictSection() {
  const open = useRemote(openConflicts).value;
  const decided = useRemote(decidedConflicts).value?.conflicts ?? [];
  if (open === null || (open.conflicts.length === 0 && decided.length === 0)) return null;
  return (
    <Section title="Which of the two is right?" note={`${formatMany(open.open, 'conflict')} to decide on`}>
      <ul className="panel plain-list">
        {open.conflicts.map((conflict) => (
          <OpenItem key={conflict.conflictId} conflict={conflict} />
        ))}
        {decided.map((conflict) => (
          <DecidedItem key={conflict.conflictId} conflict={conflict} />
        ))}
      </ul>
    </Section>
  );
}

interface Choice {
  readonly label: string;
  readonly take: Take;
  readonly always?: boolean;
}

function choicesOf({ field, label }: Conflict): readonly Choice[] {
  if (field === null)
    return [
      { label: 'Let it go on', take: 'resume' },
      { label: 'Leave it so', take: 'leave' },
    ];
  return [
    { label: 'Take that of Clio', take: 'clio' },
    { label: 'Take that of GoHighLevel', take: 'ghl' },
    { label: `Always Clio for ${label ?? field}`, take: 'clio', always: true },
    { label: `Always GoHighLevel for ${label ?? field}`, take: 'ghl', always: true },
  ];
}

function OpenItem({ conflict }: { readonly conflict: Conflict }) {
  const may = useMay('records.write');
  const deciding = useAction(({ take, always }: Choice) => decide(conflict.conflictId, take, always));
  return (
    <li>
      <Values conflict={conflict} />
      {conflict.reason !== null && <p className="small mb-0">{conflict.reason}</p>}
      <RefusalAlert refusal={deciding.refusal} />
      <div className="d-flex flex-wrap gap-2 mt-2">
        {choicesOf(conflict).map((choice) => (
          <button
            key={choice.label}
            type="button"
            className="btn btn-sm btn-outline-secondary"
            title={may.reason}
            disabled={!may.isAllowed || deciding.isRunning}
            onClick={() => deciding.run(choice)}
          >
            {choice.label}
          </button>
        ))}
      </div>
    </li>
  );
}

function DecidedItem({ conflict }: { readonly conflict: Conflict }) {
  const may = useMay('records.write');
  const undoing = useAction(() => undo(conflict.conflictId));
  if (conflict.field === null) return null;
  const chosen = conflict.decision === 'ghl' ? 'GoHighLevel' : 'Clio';
  return (
    <li>
      <Values conflict={conflict} />
      <p className="small mb-0">
        {chosen} counts, as {conflict.decidedBy} said.
      </p>
      <RefusalAlert refusal={undoing.refusal} />
      <button
        type="button"
        className="btn btn-sm btn-outline-secondary mt-2"
        title={may.reason}
        disabled={!may.isAllowed || undoing.isRunning}
        onClick={() => undoing.run()}
      >
        Undo
      </button>
    </li>
  );
}

function Values({ conflict }: { readonly conflict: Conflict }) {
  const { title, label, base } = conflict;
  const before = base === null ? '–' : readable(base.clio);
  return (
    <div className="table-responsive">
      <table className="table table-sm mb-2 align-middle">
        <caption className="visually-hidden">
          {label ?? 'The records'} of {title} on both sides
        </caption>
        <thead>
          <tr>
            <th scope="col">
              {title}
              {label !== null && `: ${label}`}
            </th>
            <th scope="col">Said</th>
            <th scope="col">When, who</th>
          </tr>
        </thead>
        {label !== null && (
          <tbody>
            <tr>
              <th scope="row" className="fw-normal text-body-secondary">
                Before
              </th>
              <td>{before}</td>
              <td />
            </tr>
            {(['clio', 'ghl'] as const).map((side) => (
              <tr key={side}>
                <th scope="row" className="fw-normal text-body-secondary">
                  {providerNames[side]}
                </th>
                <td>{readable(conflict[side].value)}</td>
                <td>{[conflict[side].at, conflict[side].by].filter(Boolean).join(', ')}</td>
              </tr>
            ))}
          </tbody>
        )}
      </table>
    </div>
  );
}
