// `npm run messages` writes docs/messages.md from the built libraries; it belongs after `npm run build` when a contract or the topology has changed.
import { writeFileSync } from 'node:fs';
import { contractsByType } from '@firmbridge/contracts';
import { topology } from '@firmbridge/messaging';
import { renderMessages } from './messages-page.mjs';

const page = new URL('../docs/messages.md', import.meta.url);
writeFileSync(page, renderMessages({ contracts: contractsByType.values(), topology }));
console.log('docs/messages.md is written.');
