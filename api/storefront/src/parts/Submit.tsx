import { useState, type FormEvent, type ReactNode } from 'react';
import { useSettings } from '../settings';

/** A form that does one thing, and says why not if not. */
export function Submit({ label, name, act, children, isQuiet = false }: {
  label: string;
  /** What it is called where it cannot be seen. */
  name: string;
  act(form: HTMLFormElement): Promise<unknown>;
  children?(failure: unknown): ReactNode;
  isQuiet?: boolean;
}) {
  const { say } = useSettings();
  const [isBusy, busy] = useState(false);
  const [failure, fail] = useState<unknown>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    fail(undefined);
    busy(true);
    act(form).then(() => form.reset(), fail).finally(() => busy(false));
  };

  return (
    <form onSubmit={submit} aria-label={name}>
      {children?.(failure)}
      <button className={isQuiet ? 'quiet' : 'button'} disabled={isBusy} aria-label={children ? undefined : name}>{label}</button>
      {failure !== undefined && <p className="warning" role="alert">{say(failure)}</p>}
    </form>
  );
}
