import { useState, type FormEvent } from 'react';
import { shop, taken } from '../api';
import { useSettings } from '../settings';

/** A new account, or a new password for one. */
export default function Register() {
  const { words, say } = useSettings();
  const [said, tell] = useState<string>();
  const [failure, fail] = useState<unknown>();
  const register = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    fail(undefined);
    const { email, password } = Object.fromEntries(new FormData(event.currentTarget)) as { email: string; password: string };
    taken(shop.POST('/v1/accounts', { body: { email, password } })).then(() => tell(words.mailed), fail);
  };
  const forget = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    fail(undefined);
    const { email } = Object.fromEntries(new FormData(event.currentTarget)) as { email: string };
    taken(shop.POST('/v1/accounts/forgot-password', { body: { email } })).then(() => tell(words.forgottenMailed), fail);
  };

  return (
    <div className="narrow">
      <h1>{words.register}</h1>
      {said ? <p className="success" role="status">{said}</p> : (
        <>
          <form className="panel" onSubmit={register} aria-label={words.register}>
            <label>{words.email}<input name="email" type="email" required autoComplete="email" maxLength={320} /></label>
            <label>{words.password}<input name="password" type="password" required minLength={12} maxLength={128} autoComplete="new-password" /></label>
            <button className="button">{words.register}</button>
          </form>
          {failure !== undefined && <p className="warning" role="alert">{say(failure)}</p>}
          <form className="panel" onSubmit={forget} aria-label={words.forgotten}>
            <h2>{words.forgotten}</h2>
            <label>{words.email}<input name="email" type="email" required autoComplete="email" maxLength={320} /></label>
            <button className="quiet">{words.newPassword}</button>
          </form>
        </>
      )}
    </div>
  );
}
