import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { signIn, signOut, useIsSignedIn } from '../account';
import { shop, taken } from '../api';
import { Failed, Loading } from '../parts/States';
import { useSettings } from '../settings';

/** What the shop knows of whoever is signed in. */
export default function Account() {
  const { words } = useSettings();
  const isSignedIn = useIsSignedIn();
  useEffect(() => {
    document.title = `${words.account} · ${words.name}`;
  }, [words]);

  return (
    <>
      <h1>{words.account}</h1>
      {isSignedIn ? <Own /> : (
        <p className="row start">
          <button type="button" className="button" onClick={() => void signIn('/account')}>{words.signIn}</button>
          <Link className="quiet" to="/register">{words.register}</Link>
        </p>
      )}
    </>
  );
}

function Own() {
  const { words, sum, date } = useSettings();
  const orders = useQuery({ queryKey: ['own', 'orders'], queryFn: () => taken(shop.GET('/v1/me/orders')) });
  const me = useQuery({ queryKey: ['own', 'me'], queryFn: () => taken(shop.GET('/v1/me')) });
  return (
    <>
      <section aria-labelledby="orders">
        <h2 id="orders">{words.orders}</h2>
        {orders.isPending ? <Loading /> : orders.error ? <Failed failure={orders.error} retry={() => void orders.refetch()} />
          : orders.data.data.length === 0 ? <p>{words.noOrders}</p> : (
            <ul className="lines">
              {orders.data.data.map(order => (
                <li key={order.id} className="row">
                  <Link to={`/orders/${order.id}`}>{words.order(order.number)}</Link>
                  <span className="small">{date(order.placed_at)}</span>
                  <span className="price">{sum(order.total)}</span>
                </li>
              ))}
            </ul>
          )}
      </section>
      <section aria-labelledby="addresses">
        <h2 id="addresses">{words.addresses}</h2>
        {me.error ? <Failed failure={me.error} /> : me.data && Object.keys(me.data.addresses).length === 0 ? <p>{words.noAddresses}</p> : (
          <ul className="lines">
            {Object.entries(me.data?.addresses ?? {}).map(([name, { address }]) => (
              <li key={name}>{address.first_name} {address.last_name}, {address.line1}, {address.postal_code} {address.city}</li>
            ))}
          </ul>
        )}
      </section>
      <button type="button" className="quiet" onClick={() => void signOut()}>{words.signOut}</button>
    </>
  );
}
