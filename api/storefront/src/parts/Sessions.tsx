import { useQuery, useQueryClient } from '@tanstack/react-query';
import { thisSession } from '../account';
import { shop, taken } from '../api';
import type { components } from '../schema';
import { useSettings } from '../settings';
import { Failed, Loading } from './States';
import { Submit } from './Submit';

type Session = components['schemas']['Session'];
const key = ['own', 'sessions'];

/** Where the owner is signed in, and how he ends it there: of a phone that was lost, of a computer that was not his. */
export function Sessions() {
  const { words, date } = useSettings();
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: key,
    queryFn: async () => ({ all: (await taken(shop.GET('/v1/me/sessions'))).data, here: await thisSession() }),
  });
  const then = () => client.invalidateQueries({ queryKey: key });
  const named = ({ browser, system, client: program }: Session) =>
    `${browser && system ? words.device(browser, system) : browser ?? system ?? words.unknownDevice}${program in words.programs ? `, ${words.programs[program]}` : ''}`;
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">{words.sessions}</h2>
      {isPending ? <Loading /> : error ? <Failed failure={error} retry={() => void refetch()} /> : (
        <>
          <ul className="lines">
            {data.all.map(session => (
              <li key={session.id} className="row">
                <span>
                  {named(session)} <span className="small">{words.since(date(session.signed_in_at))}</span>
                  {session.id === data.here && <strong className="here">{words.here}</strong>}
                </span>
                {session.id !== data.here && (
                  <Submit isQuiet label={words.signOutThere} name={`${words.signOutThere}: ${named(session)}, ${words.since(date(session.signed_in_at))}`}
                    act={() => taken(shop.DELETE('/v1/me/sessions/{id}', { params: { path: { id: session.id } } })).finally(then)} />
                )}
              </li>
            ))}
          </ul>
          {data.all.some(session => session.id !== data.here) && (
            <Submit isQuiet label={words.signOutElsewhere} name={words.signOutElsewhere}
              act={() => taken(shop.DELETE('/v1/me/sessions', { params: { query: { keep_this: true } } })).then(then)} />
          )}
        </>
      )}
    </section>
  );
}
