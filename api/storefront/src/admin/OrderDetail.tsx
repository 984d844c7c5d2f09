import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useParams } from 'react-router';
import { follow, refusal, shop, taken, type Order } from '../api';
import { minorUnits, written } from '../money';
import { Failed, Loading } from '../parts/States';
import { Totals } from '../parts/Totals';
import { useSettings } from '../settings';
import { Act } from './lists';
import { Messages } from './Messages';
import { OrderEdit } from './OrderEdit';
import { words } from './Orders';
import { OrderReturns } from './Returns';

const reasons = ['customer', 'inventory', 'fraud', 'unpaid', 'staff', 'other'] as const;
const named = (key: string) => ({ 'Idempotency-Key': key });

/** One order: what it is, what happened to it, and what can be done about it. */
export function OrderDetail() {
  const { id = '' } = useParams();
  const client = useQueryClient();
  const { data: order, error, isPending, refetch } = useQuery({
    queryKey: ['order', id],
    queryFn: () => taken(shop.GET('/v1/admin/orders/{orderId}', { params: { path: { orderId: id } } })),
  });
  const isThere = order !== undefined;
  useEffect(() => (isThere ? follow<Order>(`/v1/orders/${id}/events`, 'order', now => {
    client.setQueryData(['order', id], now);
    void client.invalidateQueries({ queryKey: ['of', id] });
  }) : undefined), [id, isThere, client]);

  return isPending ? <Loading /> : !order ? <Failed isPage failure={error} retry={() => void refetch()} /> : (
    <>
      <h1>Order {order.number}</h1>
      <p>{words(order.status)} · {words(order.payment_status)} · {words(order.fulfillment_status)}{order.sales_channel && ` · sold at ${order.sales_channel}`}</p>
      <div className="two">
        <div>
          <Lines order={order} />
          <Fulfillment id={id} parcels={order.fulfillments} />
          <OrderReturns id={id} order={order} />
          <Money id={id} />
          {order.status === 'open' && <OrderEdit id={id} order={order} />}
          {order.status !== 'canceled' && <Cancel id={id} />}
        </div>
        <div>
          <Messages id={id} />
          <Notes id={id} />
          <History id={id} />
        </div>
      </div>
    </>
  );
}

function Lines({ order }: { order: Order }) {
  const { sum } = useSettings();
  return (
    <section className="panel" aria-labelledby="lines">
      <h2 id="lines">Lines</h2>
      <ul className="lines">
        {order.lines.map(line => (
          <li key={line.id} className="row">
            <span>{line.quantity} × {line.title} <span className="small">{line.sku}, {line.fulfilled} sent{(line.canceled ?? 0) > 0 && `, ${line.canceled} called off`}</span></span>
            <span className="price">{sum(line.total)}</span>
          </li>
        ))}
      </ul>
      <Totals of={order} />
      {order.shipping_address && (
        <p className="small">
          {order.email}<br />
          {order.shipping_address.first_name} {order.shipping_address.last_name}, {order.shipping_address.line1}, {order.shipping_address.postal_code} {order.shipping_address.city}, {order.shipping_address.country}
        </p>
      )}
    </section>
  );
}

function Fulfillment({ id, parcels }: { id: string; parcels: Order['fulfillments'] }) {
  const { date } = useSettings();
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ['of', id, 'fulfillment'],
    queryFn: () => taken(shop.GET('/v1/admin/fulfillment-orders', { params: { query: { order_id: id } } })),
  });
  const fulfill = (parcel: string) => async (fields: Record<string, string>, key: string) => {
    if (!fields.carrier !== !fields.number) {
      throw refusal('validation_failed', { detail: 'A carrier and a number, or neither.' });
    }

    await taken(shop.POST('/v1/admin/fulfillment-orders/{id}/fulfillments', {
      params: { path: { id: parcel } }, headers: named(key),
      body: { tracking: fields.carrier && fields.number ? { carrier: fields.carrier, number: fields.number, url: fields.url || null } : null },
    }));
    await client.invalidateQueries({ queryKey: ['of', id] });
  };
  return (
    <section className="panel" aria-labelledby="fulfillment">
      <h2 id="fulfillment">Fulfillment</h2>
      {error && <Failed failure={error} />}
      {data?.data.length === 0 && <p>Nothing is to be sent yet.</p>}
      <ul>
        {parcels.map(parcel => (
          <li key={parcel.id} className="row">
            <span>{parcel.tracking ? `${parcel.tracking.carrier} ${parcel.tracking.number}` : 'A parcel'} <span className="small">
              sent {date(parcel.at)}{parcel.delivered_at && `, arrived ${date(parcel.delivered_at)}`}</span></span>
            {!parcel.delivered_at && (
              <Act isQuiet label={`Parcel ${parcel.id.split('.')[1]} has arrived`} act={(_, key) => taken(shop.POST('/v1/admin/fulfillment-orders/{id}/fulfillments/{parcel}/delivery', {
                params: { path: { id: parcel.id.split('.')[0]!, parcel: parcel.id }, header: named(key) }, body: {},
              }))} />
            )}
          </li>
        ))}
      </ul>
      {data?.data.map(parcel => (
        <div key={parcel.id}>
          <p>{parcel.location}: {parcel.open_units} of {parcel.units} units to send, {words(parcel.status)}</p>
          {parcel.open_units > 0 && (
            <Act label="Send" act={fulfill(parcel.id)}>
              <label>Carrier<input name="carrier" maxLength={100} /></label>
              <label>Tracking number<input name="number" maxLength={100} /></label>
              <label>Link<input name="url" type="url" maxLength={2_000} /></label>
            </Act>
          )}
        </div>
      ))}
    </section>
  );
}

function Money({ id }: { id: string }) {
  const { sum } = useSettings();
  const client = useQueryClient();
  const { data: payment, error } = useQuery({
    queryKey: ['of', id, 'payment'],
    queryFn: () => taken(shop.GET('/v1/admin/orders/{orderId}/payment', { params: { path: { orderId: id } } })),
  });
  const then = () => client.invalidateQueries({ queryKey: ['of', id] });
  const amount = (text: string | undefined) => (text ? minorUnits(text, payment!.captured.currency) : null);
  return (
    <section className="panel" aria-labelledby="payment">
      <h2 id="payment">Payment</h2>
      {error && <Failed failure={error} />}
      {payment && (
        <>
          <dl className="totals">
            {Object.entries(payment.amounts ?? {}).filter(([, money]) => Number(money.amount) > 0).map(([name, money]) => (
              <div key={name} className="row"><dt>{words(name)}</dt><dd>{sum(money)}</dd></div>
            ))}
          </dl>
          {payment.status === 'authorized' && (
            <Act label="Capture" act={(fields, key) => taken(shop.POST('/v1/admin/orders/{orderId}/payment/captures', {
              params: { path: { orderId: id }, header: named(key) }, body: { amount: amount(fields.amount), is_final: fields.is_final === 'on' },
            })).then(then)}>
              <label>Amount, empty for all<input name="amount" inputMode="decimal" pattern={written(payment.captured.currency)} /></label>
              <label><input name="is_final" type="checkbox" defaultChecked /> let the rest go</label>
            </Act>
          )}
          {payment.status === 'authorized' && (
            <Act isQuiet label="Let go what is reserved" asks="Let go what is reserved? It cannot be taken afterwards." act={(_, key) => taken(shop.POST('/v1/admin/orders/{orderId}/payment/void', {
              params: { path: { orderId: id }, header: named(key) },
            })).then(then)} />
          )}
          {Number(payment.amounts?.captured.amount ?? 0) > 0 && (
            <Act label="Refund" asks={fields => `Give back ${fields.amount ? `${fields.amount} ${payment.captured.currency}` : 'all that was paid'}?`} act={(fields, key) => taken(shop.POST('/v1/admin/orders/{orderId}/payment/refunds', {
              params: { path: { orderId: id }, header: named(key) }, body: { amount: amount(fields.amount), reason: fields.reason || null },
            })).then(then)}>
              <label>Amount, empty for all<input name="amount" inputMode="decimal" pattern={written(payment.captured.currency)} /></label>
              <label>Reason<input name="reason" maxLength={200} /></label>
            </Act>
          )}
        </>
      )}
    </section>
  );
}

function Cancel({ id }: { id: string }) {
  const client = useQueryClient();
  return (
    <section className="panel" aria-labelledby="cancel">
      <h2 id="cancel">Cancel</h2>
      <Act label="Cancel what is not sent" asks="Cancel all of this order that is not sent yet?" isQuiet act={(fields, key) => taken(shop.POST('/v1/admin/orders/{orderId}/cancel', {
        params: { path: { orderId: id }, header: named(key) }, body: { reason: fields.reason as (typeof reasons)[number], restock: true },
      })).then(order => client.setQueryData(['order', id], order))}>
        <label>Reason<select name="reason">{reasons.map(reason => <option key={reason}>{reason}</option>)}</select></label>
      </Act>
    </section>
  );
}

function Notes({ id }: { id: string }) {
  const { date } = useSettings();
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ['of', id, 'notes'],
    queryFn: () => taken(shop.GET('/v1/admin/orders/{orderId}/notes', { params: { path: { orderId: id } } })),
  });
  return (
    <section className="panel" aria-labelledby="notes">
      <h2 id="notes">Notes</h2>
      {error && <Failed failure={error} />}
      <ul className="timeline">{data?.data.map(note => <li key={note.at}><span className="small">{date(note.at)}</span><span>{note.text}</span></li>)}</ul>
      <Act label="Add" isQuiet act={(fields, key) => taken(shop.POST('/v1/admin/orders/{orderId}/notes', {
        params: { path: { orderId: id } }, body: { text: fields.text ?? '' }, headers: named(key),
      })).then(notes => client.setQueryData(['of', id, 'notes'], notes))}>
        <label>Note<input name="text" required maxLength={1_000} /></label>
      </Act>
    </section>
  );
}

/** The order's own journal. */
function History({ id }: { id: string }) {
  const { date } = useSettings();
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['of', id, 'history'],
    queryFn: ({ pageParam }) => taken(shop.GET('/v1/admin/orders/{orderId}/history', {
      params: { path: { orderId: id }, query: { limit: 100, cursor: pageParam ?? undefined } },
    })),
    initialPageParam: null as string | null,
    getNextPageParam: last => last.page.next_cursor ?? null,
  });
  return (
    <section className="panel" aria-labelledby="history">
      <h2 id="history">History</h2>
      {error && <Failed failure={error} />}
      <ol className="timeline">
        {data?.pages.flatMap(page => page.data).map(entry => (
          <li key={String(entry.version)}>
            <span className="small">{date(entry.recorded_at)}</span>
            <span>{entry.type} <span className="small">version {String(entry.version)}, {(entry.metadata as { actor?: string })?.actor ?? 'the shop itself'}</span></span>
          </li>
        ))}
      </ol>
      {hasNextPage && <button type="button" className="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>Show more</button>}
    </section>
  );
}
