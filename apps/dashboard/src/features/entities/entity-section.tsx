import type { EntityCounts } from '@firmbridge/api-client';
import { useRemote } from '../../api/remote-value.js';
import { formatCount, formatShort } from '../../ui/format.js';
import { RefusalAlert } from '../../ui/refusal-alert.js';
import { Section } from '../../ui/section.js';
import { entityCounts, entityNames } from './entity-counts.js';

/** Every type has its place from the beginning, so that nothing moves when the first ones arrive. */
export function EntitySection() {
  const { value, refusal } = useRemote(entityCounts);
  const total = value?.counts.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return (
    <Section title="Entities" note={value === null ? undefined : `${formatCount(total)} in all`}>
      <RefusalAlert refusal={refusal} />
      <dl className="tiles" aria-busy={value === null}>
        {Object.entries(entityNames).map(([type, name]) => (
          <Tile key={type} name={name} count={value === null ? null : countOf(value, type)} />
        ))}
      </dl>
    </Section>
  );
}

function countOf({ counts }: EntityCounts, type: string): number {
  return counts.find(({ entityType }) => entityType === type)?.count ?? 0;
}

function Tile({ name, count }: { readonly name: string; readonly count: number | null }) {
  return (
    <div className={count === 0 ? 'panel tile tile-empty' : 'panel tile'}>
      <dt>{name}</dt>
      <dd title={count === null ? undefined : formatCount(count)}>
        {count === null ? <span className="skeleton" /> : formatShort(count)}
      </dd>
    </div>
  );
}
