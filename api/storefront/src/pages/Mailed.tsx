import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useSearchParams } from 'react-router';
import { signIn } from '../account';
import { shop, taken } from '../api';
import { Failed, Loading } from '../parts/States';
import { useSettings } from '../settings';

/** Where the links in our mails lead: the address is theirs, or a new password is wanted. */
export default function Mailed({ what }: { what: 'verify' | 'reset' }) {
  const { words } = useSettings();
  const [query] = useSearchParams();
  const [isDone, done] = useState(false);
  const [failure, fail] = useState<unknown>();
  const begun = useRef(false);
  const [email, code] = [query.get('email') ?? '', query.get('code') ?? ''];
  useEffect(() => {
    if (what === 'verify' && !begun.current) {
      begun.current = true;
      taken(shop.POST('/v1/accounts/verify-email', { body: { email, code } })).then(() => done(true), fail);
    }
  }, [what, email, code]);
  const choose = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    fail(undefined);
    const { password } = Object.fromEntries(new FormData(event.currentTarget)) as { password: string };
    taken(shop.POST('/v1/accounts/reset-password', { body: { email, code, password } })).then(() => done(true), fail);
  };

  return (
    <div className="narrow">
      <h1>{what === 'verify' ? words.account : words.newPassword}</h1>
      {isDone ? (
        <>
          <p className="success" role="status">{what === 'verify' ? words.verified : words.saved}</p>
          <button type="button" className="button" onClick={() => void signIn('/account')}>{words.signIn}</button>
        </>
      ) : (
        <>
          {what === 'reset' && (
            <form onSubmit={choose}>
              <label>{words.password}<input name="password" type="password" required minLength={12} maxLength={128} autoComplete="new-password" /></label>
              <button className="button">{words.save}</button>
            </form>
          )}
          {failure !== undefined ? <Failed failure={failure} /> : what === 'verify' && <Loading />}
        </>
      )}
    </div>
  );
}
