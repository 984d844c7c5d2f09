import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { shop, taken } from '../api';
import type { components } from '../schema';
import { Failed } from '../parts/States';
import { useSettings } from '../settings';
import { Act, List } from './lists';

type Listed = components['schemas']['ListedStock'];
const named = (key: string) => ({ 'Idempotency-Key': key });

/** What there is of each SKU, and how it is put right. */
export function Stock() {
  const [isLow, setLow] = useState(false);
  const [sku, choose] = useState<string | null>(null);
  return (
    <>
      <h1>Stock</h1>
      <div className="filters">
        <form role="search" className="inline" onSubmit={event => {
          event.preventDefault();
          choose(String(new FormData(event.currentTarget).get('sku')).trim() || null);
        }}>
          <label>SKU<input name="sku" type="search" maxLength={64} /></label>
          <button className="quiet">Show</button>
        </form>
        <label><input type="checkbox" checked={isLow} onChange={event => setLow(event.target.checked)} /> only what is running out</label>
      </div>
      <div className={sku ? 'two' : ''}>
        <div><List<Listed>
          of={['stock', isLow]}
          read={cursor => taken(shop.GET('/v1/admin/stock', { params: { query: { limit: 50, cursor, below_threshold: isLow || undefined } } }))}
          columns={['SKU', 'Available', 'On hand', 'Held', 'Committed', 'Damaged', 'Incoming']}
          row={stock => (
            <tr key={stock.sku}>
              <td><button type="button" className="quiet" aria-pressed={stock.sku === sku} onClick={() => choose(stock.sku)}>{stock.sku}</button></td>
              <td className="number strong">{String(stock.available)}</td>
              <td className="number">{String(stock.on_hand)}</td>
              <td className="number">{String(stock.held)}</td>
              <td className="number">{String(stock.committed)}</td>
              <td className="number">{String(stock.damaged)}</td>
              <td className="number">{String(stock.incoming)}</td>
            </tr>
          )}
          empty={isLow ? 'Nothing is running out.' : 'There is no stock.'}
        /></div>
        {sku && <Line key={sku} sku={sku} />}
      </div>
    </>
  );
}

function Line({ sku }: { sku: string }) {
  const { date } = useSettings();
  const client = useQueryClient();
  const { data: stock, error } = useQuery({
    queryKey: ['line', sku],
    queryFn: () => taken(shop.GET('/v1/admin/stock/{sku}', { params: { path: { sku } } })),
  });
  const movements = useQuery({
    queryKey: ['line', sku, 'movements'],
    queryFn: () => taken(shop.GET('/v1/admin/stock/{sku}/movements', { params: { path: { sku }, query: { limit: 20 } } })),
  });
  const locations = useQuery({ queryKey: ['locations'], queryFn: () => taken(shop.GET('/v1/admin/locations')) });
  const then = () => Promise.all([client.invalidateQueries({ queryKey: ['line', sku] }), client.invalidateQueries({ queryKey: ['stock'] })]);
  const where = <label>Location<select name="location">{locations.data?.data.map(each => <option key={each.id} value={each.id}>{each.id}</option>)}</select></label>;
  return (
    <section className="panel" aria-labelledby="line">
      <h2 id="line">{sku}</h2>
      {error && <Failed failure={error} />}
      <ul>
        {stock?.locations.map(at => (
          <li key={at.location} className="row"><span>{at.location}</span><span>{at.available} available, {at.on_hand} on hand</span></li>
        ))}
      </ul>
      <h3>Adjust</h3>
      <Act label="Adjust" act={(fields, key) => taken(shop.POST('/v1/admin/stock/{sku}/adjustments', {
        params: { path: { sku }, header: named(key) },
        body: { location: fields.location ?? '', delta: Number(fields.delta), reason: fields.reason ?? '' },
      })).then(then)}>
        {where}
        <label>Units more or fewer<input name="delta" type="number" required step={1} /></label>
        <label>Reason<input name="reason" required maxLength={200} /></label>
      </Act>
      <h3>Receive</h3>
      <Act label="Receive" isQuiet act={(fields, key) => taken(shop.POST('/v1/admin/stock/{sku}/receipts', {
        params: { path: { sku }, header: named(key) },
        body: { location: fields.location ?? '', quantity: Number(fields.quantity), reference: fields.reference || null },
      })).then(then)}>
        {where}
        <label>Units<input name="quantity" type="number" required min={1} step={1} /></label>
        <label>Delivery note<input name="reference" maxLength={200} /></label>
      </Act>
      <h3>Movements</h3>
      <ol className="timeline">
        {movements.data?.data.map(movement => (
          <li key={`${movement.version}`}><span className="small">{date(movement.at)}</span><span>{movement.type}</span></li>
        ))}
      </ol>
    </section>
  );
}
