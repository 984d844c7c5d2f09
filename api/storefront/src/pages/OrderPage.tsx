import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { useLocation, useParams } from 'react-router';
import { follow, type Order } from '../api';
import { isBack, leftFor } from '../parts/redirect';
import { Picture } from '../parts/Picture';
import { Returns } from '../parts/Returns';
import { Failed, Loading } from '../parts/States';
import { Totals } from '../parts/Totals';
import { orderOf, showOrder } from '../queries';
import { useSettings } from '../settings';

// Most orders are paid.
const Due = lazy(() => import('../parts/Due'));

/** An order, and what becomes of it while one looks. */
export default function OrderPage() {
  const { id = '' } = useParams();
  const { words } = useSettings();
  const client = useQueryClient();
  const { data: order, error, isPending, refetch } = useQuery(orderOf(id));

  const isThere = order !== undefined;
  useEffect(() => (isThere
    ? follow<Order>(`/v1/orders/${id}/events`, 'order', now => showOrder(client, now))
    : undefined), [id, isThere, client]);
  useEffect(() => {
    document.title = order ? `${words.order(order.number)} · ${words.name}` : words.name;
  }, [order, words]);

  return isPending ? <Loading /> : !order ? <Failed isPage failure={error} retry={() => void refetch()} /> : <Shown id={id} order={order} />;
}

function Shown({ id, order }: { id: string; order: Order }) {
  const { words, sum, date } = useSettings();
  const due = order.status !== 'canceled' && order.amount_due && Number(order.amount_due.amount) > 0 ? order.amount_due : null;
  useEffect(() => {
    // It was paid before one was back.
    if (!due && leftFor(id)) {
      isBack();
    }
  }, [due, id]);
  const isNew = (useLocation().state as { isNew?: boolean } | null)?.isNew;
  const status = order.status === 'canceled' ? 'canceled'
    : order.fulfillment_status === 'fulfilled' && order.fulfillments.every(parcel => parcel.delivered_at) ? 'delivered'
    : order.fulfillment_status;
  return (
    <>
      {isNew && <p className="success" role="status">{words.thanks}</p>}
      <h1>{words.order(order.number)}</h1>
      <p className="small">{words.placedAt} {date(order.placed_at)}. {order.email && words.confirmedTo(order.email)}</p>
      <section aria-labelledby="status" className="panel">
        <h2 id="status">{words.statusTitle}</h2>
        <p className="big" aria-live="polite" data-status={status}>{words.status[status]}</p>
        <ul className="parcels">
          {order.fulfillments.filter(parcel => parcel.tracking).map(parcel => (
            <li key={parcel.id}>
              {parcel.tracking!.carrier} {parcel.tracking!.number}{' '}
              {parcel.delivered_at ? words.arrived(date(parcel.delivered_at))
                : parcel.tracking!.url && <a href={parcel.tracking!.url} rel="noreferrer">{words.tracking}</a>}
            </li>
          ))}
        </ul>
        <p className="small">{words.live}</p>
      </section>
      <ul className="lines">
        {order.lines.filter(line => line.quantity > 0).map(line => (
          <li key={line.id} className="line">
            <Picture url={line.image} alt="" size={72} />
            <div>{line.title}{line.variant_title && <p className="small">{line.variant_title}</p>}<p className="small">× {line.quantity}</p></div>
            <span className="price">{sum(line.total)}</span>
          </li>
        ))}
      </ul>
      <Returns id={id} order={order} />
      <Totals of={order} />
      {due && <Suspense fallback={<Loading />}><Due id={id} due={due} /></Suspense>}
      <p className="small">{words.payment}: {words.paymentStatus[order.payment_status] ?? order.payment_status}</p>
    </>
  );
}
