import { useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { shop, taken, type Order } from '../api';
import type { components } from '../schema';
import { useSettings } from '../settings';
import { Act, List } from './lists';
import { words } from './Orders';

type Listed = components['schemas']['ListedReturn'];
type Known = components['schemas']['OrderReturnView'];

/** What is to come back, the newest first. */
export function Returns() {
  const { date } = useSettings();
  return (
    <>
      <h1>Returns</h1>
      <List<Listed>
        of={['returns']}
        read={cursor => taken(shop.GET('/v1/admin/returns', { params: { query: { limit: 50, cursor } } }))}
        columns={['Order', 'Return', 'Status', 'Units', 'Asked for']}
        row={known => (
          <tr key={`${known.order_id}.${known.number}`}>
            <td><Link to={`/orders/${known.order_id}`}>{known.order_number}</Link></td>
            <td className="number">{String(known.number)}</td>
            <td>{known.status}</td>
            <td className="number">{String(known.units)}</td>
            <td>{date(known.requested_at)}</td>
          </tr>
        )}
        empty="Nothing is to come back."
      />
    </>
  );
}

/** What comes back of one order: to be decided, and to be taken in. */
export function OrderReturns({ id, order }: { id: string; order: Order }) {
  const returns = order.returns ?? [];
  return returns.length === 0 ? null : (
    <section className="panel" aria-labelledby="returns">
      <h2 id="returns">Returns</h2>
      {returns.map(known => <Return key={known.number} id={id} order={order} known={known} />)}
    </section>
  );
}

function Return({ id, order, known }: { id: string; order: Order; known: Known }) {
  const { sum } = useSettings();
  const client = useQueryClient();
  const params = (key: string) => ({ path: { orderId: id, number: known.number }, header: { 'Idempotency-Key': key } });
  const then = () => client.invalidateQueries({ queryKey: ['order', id] });
  const titleOf = (line: string) => order.lines.find(bought => bought.id === line)?.title;
  const receive = (fields: Record<string, string>, key: string) => taken(shop.POST('/v1/admin/orders/{orderId}/returns/{number}/receive', {
    params: params(key),
    body: {
      lines: known.lines.flatMap(line => (['sellable', 'unsellable'] as const).map(condition => ({
        line: line.line, condition, quantity: Number(fields[`${condition} ${line.line}`] ?? 0),
      }))).filter(line => line.quantity > 0),
      refund_shipping: fields.refund_shipping === 'on',
    },
  })).then(then);
  return (
    <div>
      <p>
        {known.number}. {known.lines.map(line => `${line.quantity} × ${titleOf(line.line)}, ${words(line.reason)}`).join('; ')}: {known.status}
        {known.status === 'received' && `, ${sum(known.returned)} go back`}
        {known.note && <span className="small"> {known.note}</span>}
      </p>
      {known.status === 'requested' && (
        <Act label={`Approve return ${known.number}`} act={(_, key) => taken(shop.POST('/v1/admin/orders/{orderId}/returns/{number}/approve', { params: params(key) })).then(then)} />
      )}
      {(known.status === 'requested' || known.status === 'approved') && (
        <Act isQuiet label={`Decline return ${known.number}`} act={(_, key) => taken(shop.POST('/v1/admin/orders/{orderId}/returns/{number}/decline', { params: params(key) })).then(then)} />
      )}
      {known.status === 'approved' && (
        <Act label={`Take in return ${known.number}`} act={receive}>
          {known.lines.map(line => (
            <fieldset key={line.line}>
              <legend>{titleOf(line.line)}</legend>
              <label>To be sold again<input name={`sellable ${line.line}`} type="number" min={0} max={Number(line.quantity)} defaultValue={Number(line.quantity)} /></label>
              <label>Not to be sold<input name={`unsellable ${line.line}`} type="number" min={0} max={Number(line.quantity)} defaultValue={0} /></label>
            </fieldset>
          ))}
          <label><input name="refund_shipping" type="checkbox" /> shipping goes back as well</label>
        </Act>
      )}
    </div>
  );
}
