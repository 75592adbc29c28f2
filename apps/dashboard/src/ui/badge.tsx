import type { ReactNode } from 'react';

export type Tone = 'good' | 'info' | 'warning' | 'bad' | 'plain';

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return <span className={`badge-soft badge-${tone}`}>{children}</span>;
}
