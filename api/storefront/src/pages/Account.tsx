import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { signIn, signOut, useIsSignedIn, wasSignedOut } from '../account';
import { idempotencyKey, shop, taken, type Address } from '../api';
import { useOwn } from '../own';
import { AddressFields, typed } from '../parts/AddressFields';
import { Passkeys } from '../parts/Passkeys';
import { Sessions } from '../parts/Sessions';
import { Failed, Loading } from '../parts/States';
import { Submit } from '../parts/Submit';
import type { components } from '../schema';
import { useSettings } from '../settings';

type Customer = components['schemas']['CustomerView'];

/** What the shop knows of whoever is signed in, and what he can do about it. */
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
        <>
          {wasSignedOut() && <p className="warning" role="alert">{words.problems.unauthenticated}</p>}
          <p className="row start">
            <button type="button" className="button" onClick={() => void signIn('/account')}>{words.signIn}</button>
            <Link className="quiet" to="/register">{words.register}</Link>
          </p>
        </>
      )}
    </>
  );
}

function Own() {
  const { words } = useSettings();
  const me = useOwn();
  return (
    <div className="readable">
      <Orders />
      {me.error ? <Failed failure={me.error} retry={() => void me.refetch()} /> : me.data && (
        <>
          <Addresses of={me.data} />
          <Preferences of={me.data} />
        </>
      )}
      <Passkeys />
      <Sessions />
      <button type="button" className="quiet" onClick={() => void signOut()}>{words.signOut}</button>
    </div>
  );
}

function Orders() {
  const { words, sum, date } = useSettings();
  const orders = useInfiniteQuery({
    queryKey: ['own', 'orders'],
    queryFn: ({ pageParam }) => taken(shop.GET('/v1/me/orders', { params: { query: { cursor: pageParam ?? undefined } } })),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.page.next_cursor ?? null,
  });
  const all = orders.data?.pages.flatMap(page => page.data) ?? [];
  return (
    <section aria-labelledby="orders">
      <h2 id="orders">{words.orders}</h2>
      {orders.isPending ? <Loading /> : !orders.data ? <Failed failure={orders.error} retry={() => void orders.refetch()} />
        : all.length === 0 ? <p>{words.noOrders}</p> : (
          <ul className="lines">
            {all.map(order => (
              <li key={order.id} className="row">
                <Link to={`/orders/${order.id}`}>{words.order(order.number)}</Link>
                <span className="small">{date(order.placed_at)}</span>
                <span className="price">{sum(order.total)}</span>
              </li>
            ))}
          </ul>
        )}
      {orders.hasNextPage && (
        <button type="button" className="quiet" disabled={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>{words.more}</button>
      )}
    </section>
  );
}

function useShowOwn() {
  const client = useQueryClient();
  return (now: Customer) => client.setQueryData(['own', 'me'], now);
}

function Addresses({ of }: { of: Customer }) {
  const { words } = useSettings();
  const show = useShowOwn();
  const kept = Object.entries(of.addresses);
  return (
    <section aria-labelledby="addresses">
      <h2 id="addresses">{words.addresses}</h2>
      {kept.length === 0 ? <p>{words.noAddresses}</p> : (
        <ul className="lines">
          {kept.map(([name, { address }]) => (
            <li key={name} className="row">
              <span>{address.first_name} {address.last_name}, {address.line1}, {address.postal_code} {address.city}</span>
              <Submit isQuiet label={words.remove} name={`${words.remove}: ${address.line1}`} act={() => taken(shop.DELETE('/v1/me/addresses/{name}', {
                params: { path: { name }, header: { 'Idempotency-Key': idempotencyKey() } },
              })).then(show)} />
            </li>
          ))}
        </ul>
      )}
      <details className="panel narrow">
        <summary>{words.addAddress}</summary>
        <Submit label={words.save} name={words.addAddress} act={form => taken(shop.PUT('/v1/me/addresses/{name}', {
          params: { path: { name: free(kept.map(([name]) => name)) }, header: { 'Idempotency-Key': idempotencyKey() } },
          body: { address: typed(form) as unknown as Address, is_shipping: kept.length === 0, is_billing: kept.length === 0 },
        })).then(show)}>
          {failure => <AddressFields failure={failure} />}
        </Submit>
      </details>
    </section>
  );
}

/** The first name that no address is kept under. */
function free(names: string[]) {
  for (let n = 1; ; n++) {
    if (!names.includes(`address-${n}`)) {
      return `address-${n}`;
    }
  }
}

/** By which ways he may be written to about what is no order of his. */
function Preferences({ of }: { of: Customer }) {
  const { words, language } = useSettings();
  const show = useShowOwn();
  return (
    <section aria-labelledby="preferences">
      <h2 id="preferences">{words.preferences}</h2>
      <ul className="lines">
        {(['email', 'sms'] as const).map(channel => {
          const isGranted = of.consents.some(consent => consent.channel === channel && consent.is_granted);
          return (
            <li key={channel} className="row">
              <span>{words.news[channel]}: {isGranted ? words.yes : words.no}</span>
              <Submit isQuiet label={isGranted ? words.withdraw : words.agree} name={`${isGranted ? words.withdraw : words.agree}: ${words.news[channel]}`}
                act={() => taken(shop.PUT('/v1/me/consents/{channel}', {
                  params: { path: { channel }, header: { 'Idempotency-Key': idempotencyKey() } },
                  body: { granted: !isGranted, wording: `account-page-${language}` },
                })).then(show)} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
