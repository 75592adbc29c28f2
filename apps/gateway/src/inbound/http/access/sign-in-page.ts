import type { Response } from 'express';
import { createHash } from 'node:crypto';
import { contentSecurityPolicy } from './security-headers.js';

const style = `
:root { color-scheme: dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #10151c; color: #dee5ed;
  font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 34rem; padding: 2rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
code { background: #1d2632; padding: .15rem .4rem; border-radius: .3rem; }
a { color: #6ea8fe; }`;
const styleHash = createHash('sha256').update(style).digest('base64');
const policy = contentSecurityPolicy({ 'style-src': `'sha256-${styleHash}'`, 'script-src': "'none'" });

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<title>${title}</title><style>${style}</style>
</head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>`;
}

const closed = page(
  'This link is too old',
  `<p>Open the address that Firmbridge printed when it started last. It ends with <code>/?token=…</code></p>
<p>The token changes with each start, so an older address or bookmark no longer works. Whoever has an account can <a href="/">log in</a>.</p>`,
);

const notBuilt = page(
  'The dashboard is not built yet',
  '<p>Run <code>npm run build</code>, then load this page again. The API is described at <a href="/api/docs">/api/docs</a>.</p>',
);

function send(response: Response, status: number, html: string): void {
  response.setHeader('Content-Security-Policy', policy);
  response.status(status).type('html').send(html);
}

/** For an address with a wrong token. */
export function sendClosedPage(response: Response): void {
  send(response, 401, closed);
}

export function sendNotBuiltPage(response: Response): void {
  send(response, 503, notBuilt);
}
