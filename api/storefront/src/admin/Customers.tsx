import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { shop, taken } from '../api';
import type { components } from '../schema';
import { Failed, Loading } from '../parts/States';
import { useSettings } from '../settings';
import { saveAs } from './files';
import { Act, List } from './lists';

type Found = components['schemas']['CustomerAccount'];
type Listed = components['schemas']['ListedOrder'];

/** Customers, found by their address: nobody reads through all of them. */
export function Customers() {
  const { date } = useSettings();
  const [email, search] = useState('');
  return (
    <>
      <h1>Customers</h1>
      <form role="search" className="inline filters" onSubmit={event => {
        event.preventDefault();
        search(String(new FormData(event.currentTarget).get('email')).trim());
      }}>
        <label>E-mail<input name="email" type="email" required maxLength={320} /></label>
        <button className="quiet">Find</button>
      </form>
      {email && (
        <List<Found>
          of={['customers', email]}
          read={() => taken(shop.GET('/v1/admin/customers', { params: { query: { email } } }))}
          columns={['E-mail', 'Since', 'Verified']}
          row={customer => (
            <tr key={customer.id}>
              <td><Link to={`/customers/${customer.id}`}>{customer.email}</Link></td>
              <td>{date(customer.created_at)}</td>
              <td>{customer.is_email_verified ? 'yes' : 'no'}</td>
            </tr>
          )}
          empty="No customer has this address."
        />
      )}
    </>
  );
}

/** One customer: who he is, what he bought, what he agreed to; and the rights that the GDPR gives him. */
export function CustomerDetail() {
  const { id = '' } = useParams();
  const { sum, date } = useSettings();
  const client = useQueryClient();
  const path = { customerId: id };
  const { data: customer, error, isPending, refetch } = useQuery({
    queryKey: ['customer', id],
    queryFn: () => taken(shop.GET('/v1/admin/customers/{customerId}', { params: { path } })),
  });
  return isPending ? <Loading /> : error ? <Failed isPage failure={error} retry={() => void refetch()} /> : (
    <>
      <h1>{customer.profile.name ?? 'Customer'}</h1>
      <p className="small">{customer.id} {customer.profile.phone} {customer.profile.locale}</p>
      <div className="two">
        <div>
          <h2>Orders</h2>
          <List<Listed>
            of={['customer', id, 'orders']}
            read={cursor => taken(shop.GET('/v1/admin/customers/{customerId}/orders', { params: { path, query: { limit: 20, cursor } } }))}
            columns={['Number', 'Placed', 'Status', { number: 'Total' }]}
            row={order => (
              <tr key={order.id}>
                <td><Link to={`/orders/${order.id}`}>{order.number}</Link></td>
                <td>{date(order.placed_at)}</td>
                <td>{order.status}</td>
                <td className="number">{sum(order.total)}</td>
              </tr>
            )}
            empty="He has not ordered anything."
          />
        </div>
        <div>
          <section className="panel" aria-labelledby="groups">
            <h2 id="groups">Groups</h2>
            <Act label="Save the groups" isQuiet keeps act={(fields, key) => taken(shop.PUT('/v1/admin/customers/{customerId}/groups', {
              params: { path, header: { 'Idempotency-Key': key } },
              body: { groups: (fields.groups ?? '').split(',').map(group => group.trim()).filter(Boolean) },
            })).then(now => client.setQueryData(['customer', id], now))}>
              <label>With commas between them<input name="groups" key={customer.groups.join()} defaultValue={customer.groups.join(', ')} /></label>
            </Act>
          </section>
          <section className="panel" aria-labelledby="consents">
            <h2 id="consents">What he agreed to</h2>
            {customer.history.length === 0 && <p>He was never asked.</p>}
            <ul className="timeline">
              {customer.history.map(consent => (
                <li key={`${consent.channel} ${consent.at}`}>
                  <span className="small">{date(consent.at)}</span><span>{consent.channel}: {consent.is_granted ? 'yes' : 'no'} <span className="small">{consent.wording}</span></span>
                </li>
              ))}
            </ul>
          </section>
          <section className="panel" aria-labelledby="addresses">
            <h2 id="addresses">Addresses</h2>
            <ul>
              {Object.entries(customer.addresses).map(([name, { address }]) => (
                <li key={name}>{address.first_name} {address.last_name}, {address.line1}, {address.postal_code} {address.city}, {address.country}</li>
              ))}
            </ul>
          </section>
          <section className="panel" aria-labelledby="rights">
            <h2 id="rights">His data</h2>
            <Act label="Save all of it as a file" isQuiet act={async () => saveAs(
              `${id}.zip`, await taken(shop.GET('/v1/admin/customers/{customerId}/export', { params: { path }, parseAs: 'blob' })) as Blob)} />
            <Act label="Forget him" isQuiet act={async (fields, key) => {
              if (fields.sure !== id) {
                throw new Error();
              }

              await taken(shop.PUT('/v1/admin/customers/{customerId}/erasure', { params: { path, header: { 'Idempotency-Key': key } } }));
              await client.invalidateQueries({ queryKey: ['customer', id] });
            }}>
              <label>For good: his id once more<input name="sure" required pattern={id} autoComplete="off" /></label>
            </Act>
          </section>
        </div>
      </div>
    </>
  );
}
