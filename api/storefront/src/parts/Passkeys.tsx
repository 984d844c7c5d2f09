import { useQuery, useQueryClient } from '@tanstack/react-query';
import { refusal, shop, taken } from '../api';
import { useSettings } from '../settings';
import { Failed } from './States';
import { Submit } from './Submit';

/** The owner's passkeys (W3C Web Authentication): with one he signs in by his finger, his face or the code of his device. */
export function Passkeys() {
  const { words, date } = useSettings();
  const client = useQueryClient();
  const { data, error } = useQuery({ queryKey: ['own', 'passkeys'], queryFn: () => taken(shop.GET('/v1/me/passkeys')) });
  const then = () => client.invalidateQueries({ queryKey: ['own', 'passkeys'] });
  return (
    <section aria-labelledby="passkeys">
      <h2 id="passkeys">{words.passkeys}</h2>
      {error && <Failed failure={error} />}
      {data?.data.length === 0 && <p>{words.noPasskeys}</p>}
      <ul className="lines">
        {data?.data.map(passkey => (
          <li key={passkey.id} className="row">
            <span>{passkey.name} <span className="small">{date(passkey.created_at)}</span></span>
            <Submit isQuiet label={words.remove} name={`${words.remove}: ${passkey.name}`}
              act={() => taken(shop.DELETE('/v1/me/passkeys/{id}', { params: { path: { id: passkey.id } } })).then(then)} />
          </li>
        ))}
      </ul>
      {'PublicKeyCredential' in window && typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function' && (
        <Submit label={words.addPasskey} name={words.addPasskey} act={form => add(String(new FormData(form).get('name'))).then(then)}>
          {() => <label>{words.passkeyName}<input name="name" required maxLength={60} /></label>}
        </Submit>
      )}
    </section>
  );
}

async function add(name: string) {
  const { options, state } = await taken(shop.POST('/v1/me/passkey-options'));
  let made;
  try {
    made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as PublicKeyCredentialCreationOptionsJSON) });
  } catch {
    throw refusal('passkey_not_made');
  }

  await taken(shop.POST('/v1/me/passkeys', { body: { name, state, credential: (made as PublicKeyCredential).toJSON() as never } }));
}
