import type { GhlWorld } from '../world.js';

const style = `
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5 system-ui, sans-serif;
    background: #eef2f7; color: #1d2939; }
  main { background: #fff; border-radius: 12px; padding: 32px; max-width: 480px; box-shadow: 0 8px 30px #1018281f; }
  h1 { font-size: 20px; margin: 0 0 4px; } p { margin: 4px 0 20px; color: #475467; }
  label { display: flex; gap: 10px; padding: 12px; border: 1px solid #d0d5dd; border-radius: 8px; margin-bottom: 8px; cursor: pointer; }
  small { color: #667085; display: block; } ul { padding-left: 20px; color: #475467; font-size: 14px; columns: 2; }
  button { width: 100%; padding: 12px; font: inherit; font-weight: 600; color: #fff; background: #155eef; border: 0;
    border-radius: 8px; cursor: pointer; }
  footer { margin-top: 16px; font-size: 13px; color: #667085; }`;

/** The form posts to its own address: the link's parameters stay in it. */
export function consentPage({ app, companyId, store }: GhlWorld, scopes: readonly string[]): string {
  const accounts = [
    ...store.locations.all().map(({ id, name, city }) => ({ id, name, note: `Sub-account, ${city}` })),
    { id: companyId, name: 'The whole agency', note: 'Agency: every sub-account, now and later' },
  ];
  const choices = accounts.map(
    ({ id, name, note }, at) =>
      `<label><input type="radio" name="account" value="${escaped(id)}"${at === 0 ? ' checked' : ''}>
       <span>${escaped(name)}<small>${escaped(note)}</small></span></label>`,
  );
  return page(`
    <h1>${escaped(app.name)} wants access</h1>
    <p>Choose the account that it may work with.</p>
    <form method="post">
      ${choices.join('\n')}
      <p>It will be able to use:</p>
      <ul>${scopes.map((scope) => `<li>${escaped(scope)}</li>`).join('')}</ul>
      <button type="submit">Allow</button>
    </form>
    <footer>Sandbox of GoHighLevel: nothing here is real.</footer>`);
}

export function problemPage(sentence: string): string {
  return page(`<h1>This link does not work</h1><p>${escaped(sentence)}</p><footer>Sandbox of GoHighLevel</footer>`);
}

function page(content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Choose an account</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><style>${style}</style></head>
    <body><main>${content}</main></body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
