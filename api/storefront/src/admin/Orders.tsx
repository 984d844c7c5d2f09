import { useState } from 'react';
import { Link } from 'react-router';
import { shop, taken } from '../api';
import type { components } from '../schema';
import { useSettings } from '../settings';
import { List } from './lists';

type Listed = components['schemas']['ListedOrder'];
const axes = {
  status: ['open', 'completed', 'canceled'],
  payment_status: ['authorized', 'paid', 'unpaid', 'partially_paid', 'overcharged', 'refunded', 'partially_refunded', 'voided', 'disputed'],
  fulfillment_status: ['unfulfilled', 'partially_fulfilled', 'fulfilled'],
} as const;

export const words = (name: string) => name.replaceAll('_', ' ');

/** All orders, newest first. */
export function Orders() {
  const { sum, date } = useSettings();
  const [filter, setFilter] = useState<Record<string, string>>({});
  return (
    <>
      <h1>Orders</h1>
      <div className="filters">
        <label>Number<input value={filter.number ?? ''} maxLength={20} onChange={event => setFilter({ ...filter, number: event.target.value.toUpperCase() })} /></label>
        <label>Sales channel<input value={filter.sales_channel ?? ''} maxLength={64} onChange={event => setFilter({ ...filter, sales_channel: event.target.value.toLowerCase().replaceAll(/[^a-z0-9-]/g, '') })} /></label>
        {(Object.keys(axes) as (keyof typeof axes)[]).map(axis => (
          <label key={axis}>{words(axis)}
            <select value={filter[axis] ?? ''} onChange={event => setFilter({ ...filter, [axis]: event.target.value })}>
              <option value="">all</option>
              {axes[axis].map(value => <option key={value} value={value}>{words(value)}</option>)}
            </select>
          </label>
        ))}
      </div>
      <List<Listed>
        of={['orders', filter]}
        read={cursor => taken(shop.GET('/v1/admin/orders', {
          params: { query: { limit: 50, cursor, ...Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== '')) } },
        }))}
        columns={['Number', 'Placed', 'Status', 'Payment', 'Fulfillment', { number: 'Units' }, 'Country', 'Sales channel', { number: 'Total' }]}
        row={order => (
          <tr key={order.id}>
            <td><Link to={`/orders/${order.id}`}>{order.number}</Link></td>
            <td>{date(order.placed_at)}</td>
            <td>{words(order.status)}</td>
            <td>{words(order.payment_status)}</td>
            <td>{words(order.fulfillment_status)}</td>
            <td className="number">{order.units}</td>
            <td>{order.country}</td>
            <td>{order.sales_channel}</td>
            <td className="number">{sum(order.total)}</td>
          </tr>
        )}
        empty="No order is like that."
      />
    </>
  );
}
