import { useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'password' | 'date';
  readonly autoComplete?: string;
  readonly hint?: string;
  readonly minLength?: number;
  readonly isRequired?: boolean;
}

/** A labelled line of a form. */
export function Field({ label, value, onChange, hint, type = 'text', autoComplete = 'off', ...rest }: FieldProps) {
  const id = useId();
  const { minLength, isRequired = true } = rest;
  return (
    <div>
      <label className="form-label small mb-1" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="form-control"
        type={type}
        value={value}
        onChange={({ target }) => onChange(target.value)}
        autoComplete={autoComplete}
        minLength={minLength}
        required={isRequired}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      />
      {hint !== undefined && (
        <div id={`${id}-hint`} className="form-text">
          {hint}
        </div>
      )}
    </div>
  );
}
