export interface AuthorizeChoice {
  readonly firm: number;
  readonly user: number;
  readonly label: string;
}

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A page with one Allow button for each account, and Deny; the request travels along in hidden fields. */
export function authorizePage(request: Readonly<Record<string, string>>, choices: readonly AuthorizeChoice[]): string {
  const hidden = Object.entries(request)
    .map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`)
    .join('');
  const buttons = choices
    .map(
      ({ firm, user, label }) => `<p><button name="allow" value="${firm}.${user}">Allow</button> ${escape(label)}</p>`,
    )
    .join('');
  return page(
    'Authorize application',
    `<h1>Clio look-alike</h1><p>The application <b>${escape(request['client_id'] ?? '')}</b> asks to act as:</p>
<form method="post">${hidden}${buttons}<p><button name="deny" value="1">Deny</button></p></form>`,
  );
}

export function messagePage(title: string, sentence: string): string {
  return page(title, `<h1>${escape(title)}</h1><p>${escape(sentence)}</p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<link rel="icon" href="data:,"><style>body{font:16px system-ui;max-width:40em;margin:4em auto}pre,b{white-space:pre}</style>
</head><body>${body}</body></html>`;
}
