import { grouped } from './problems.js';

type Problem = Parameters<typeof grouped>[0][number];

function aProblem(facts: Partial<Problem>): Problem {
  return {
    service: 'mapping',
    code: 'mapping.link_taken',
    message: 'The record belongs to another entity.',
    provider: 'ghl',
    connectionId: null,
    resource: 'contacts',
    recordId: null,
    runId: null,
    details: {},
    problemId: 'problem',
    correlationId: 'conversation',
    occurredAt: '2026-01-15T10:00:00.000Z',
    advice: 'Merge them.',
    ...facts,
  };
}

it('shows what went wrong in the same way once, with the newest records', () => {
  const alike = ['e', 'd', 'c', 'b'].map((recordId) => aProblem({ recordId }));
  const other = aProblem({ code: 'clio.forbidden', resource: 'bills' });
  const groups = grouped([...alike, other]);
  expect(groups.map(({ count, recordIds }) => [count, recordIds])).toEqual([
    [4, ['e', 'd', 'c']],
    [1, []],
  ]);
  expect(groups[0]?.newest).toBe(alike[0]);
});
