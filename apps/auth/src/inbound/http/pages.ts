import { createHash } from 'node:crypto';

export interface Page {
  readonly title: string;
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly link: { readonly href: string; readonly label: string } | null;
  /** A button that posts the fields to the page's own address. */
  readonly form?: { readonly fields: Readonly<Record<string, string>>; readonly label: string };
}

const style = `
:root { color-scheme: dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #14171c; color: #e4e7eb;
  font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 32rem; margin: 1rem; padding: 2rem; background: #1d2127; border: 1px solid #2d333b;
  border-top: 4px solid #768390; border-radius: .5rem; }
main.good { border-top-color: #3fb950; }
main.bad { border-top-color: #f0883e; }
h1 { margin: 0 0 .5rem; font-size: 1.25rem; }
p { margin: 0 0 .5rem; overflow-wrap: anywhere; }
a { color: #6cb6ff; }
button { font: inherit; padding: .5rem 1rem; color: #fff; background: #316dca; border: 0; border-radius: .375rem; cursor: pointer; }
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** For answers whose address holds a code: nothing is loaded, kept, framed or told to others. */
export const pageHeaders = headersFor("'none'");

/** For a page whose form leads to this address, which browsers hold to be a part of sending the form. */
export function formPageHeaders(nextOrigin: string): Readonly<Record<string, string>> {
  return headersFor(`'self' ${nextOrigin}`);
}

function headersFor(formAction: string): Readonly<Record<string, string>> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

export function renderPage({ title, text, tone, link, form }: Page): string {
  const anchor = link === null ? '' : `<p><a href="${escapeHtml(link.href)}">${escapeHtml(link.label)}</a></p>`;
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">' +
    `<title>${escapeHtml(title)} - Firmbridge</title><style>${style}</style></head>` +
    `<body><main class="${tone}"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${formOf(form)}${anchor}</main></body></html>`
  );
}

function formOf(form: Page['form']): string {
  if (form === undefined) return '';
  const fields = Object.entries(form.fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return `<form method="post">${fields.join('')}<p><button>${escapeHtml(form.label)}</button></p></form>`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
