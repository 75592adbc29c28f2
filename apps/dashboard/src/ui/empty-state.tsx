import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  /** The next step. */
  readonly children: ReactNode;
}

export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <div className="panel empty-state">
      <p className="empty-title">{title}</p>
      <p className="mb-0 text-body-secondary">{children}</p>
    </div>
  );
}
