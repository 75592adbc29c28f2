import { useId, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  /** Stands beside the title. */
  readonly note?: ReactNode;
  /** Buttons, at the right. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, note, actions, children }: SectionProps) {
  const headingId = useId();
  return (
    <section className="mb-4" aria-labelledby={headingId}>
      <div className="section-head">
        <h2 id={headingId}>{title}</h2>
        {note !== undefined && <span className="section-note">{note}</span>}
        <div className="ms-auto d-flex gap-2">{actions}</div>
      </div>
      {children}
    </section>
  );
}
