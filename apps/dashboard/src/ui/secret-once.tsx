import { useState } from 'react';

interface SecretOnceProps {
  readonly title: string;
  readonly secret: string;
  readonly onDone: () => void;
}

/** Something that is shown this once, to be copied now. */
export function SecretOnce({ title, secret, onDone }: SecretOnceProps) {
  const [words, setWords] = useState('Copy');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setWords('Copied');
    } catch {
      // Browsers give no clipboard without TLS, or when the person said no: a click into the text selects all of it.
      setWords('Click the text and press Ctrl-C');
    }
  };
  return (
    <div className="secret-once" role="status">
      <strong>{title}</strong>
      <code>{secret}</code>
      <div className="d-flex gap-2">
        <button type="button" className="btn btn-sm btn-primary" onClick={() => void copy()}>
          {words}
        </button>
        <button type="button" className="btn btn-sm btn-quiet" onClick={onDone}>
          Done
        </button>
      </div>
    </div>
  );
}
