import { useQuery, useQueryClient } from '@tanstack/react-query';
import { shop, taken } from '../api';
import { Failed } from '../parts/States';
import { useSettings } from '../settings';
import { Act } from './lists';

const named = (key: string) => ({ 'Idempotency-Key': key });

/** The stock of one SKU: where it is, what is promised of it, and how it is put right. */
export function StockLine({ sku }: { sku: string }) {
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
  const at = (label: string, name: string) => <label>{label}<select name={name}>{locations.data?.data.map(each => <option key={each.id} value={each.id}>{each.id}</option>)}</select></label>;
  const where = at('Location', 'location');
  return (
    <section className="panel" aria-labelledby="line">
      <h2 id="line">{sku}</h2>
      {error && <Failed failure={error} />}
      <ul>
        {stock?.locations.map(each => (
          <li key={each.location} className="row"><span>{each.location}</span><span>{each.available} available, {each.on_hand} on hand</span></li>
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
      <h3>Count</h3>
      <Act label="Count" isQuiet act={(fields, key) => taken(shop.POST('/v1/admin/stock/{sku}/counts', {
        params: { path: { sku }, header: named(key) },
        body: { location: fields.location ?? '', on_hand: Number(fields.on_hand), reference: fields.reference || null },
      })).then(then)}>
        {where}
        <label>Units that are there<input name="on_hand" type="number" required min={0} step={1} /></label>
        <label>Document<input name="reference" maxLength={200} /></label>
      </Act>
      <h3>Transfer</h3>
      <Act label="Transfer" isQuiet act={(fields, key) => taken(shop.POST('/v1/admin/stock/{sku}/transfers', {
        params: { path: { sku }, header: named(key) },
        body: { from: fields.from ?? '', to: fields.to ?? '', quantity: Number(fields.quantity), reason: fields.reason || null },
      })).then(then)}>
        {at('From', 'from')}
        {at('To', 'to')}
        <label>Units<input name="quantity" type="number" required min={1} step={1} /></label>
        <label>Reason<input name="reason" maxLength={200} /></label>
      </Act>
      <h3>Holds</h3>
      {stock?.holds.length === 0 && <p>Nothing is promised to anybody.</p>}
      <ul>
        {stock?.holds.map(hold => (
          <li key={hold.id} className="row">
            <span>{hold.quantity} for {hold.owner ?? 'somebody'} <span className="small">{hold.expires_at ? `until ${date(hold.expires_at)}` : 'sold'}</span></span>
            {hold.expires_at && (
              <Act isQuiet label={`Let go ${hold.id}`} act={() => taken(shop.DELETE('/v1/admin/stock/{sku}/holds/{holdId}', {
                params: { path: { sku, holdId: hold.id } },
              })).then(then)} />
            )}
          </li>
        ))}
      </ul>
      <h3>Movements</h3>
      <ol className="timeline">
        {movements.data?.data.map(movement => (
          <li key={`${movement.version}`}><span className="small">{date(movement.at)}</span><span>
            {movement.type}{' '}
            <span className="small">
              {[...movement.changes.map(moved), movement.reason, movement.reference, movement.actor].filter(Boolean).join(', ')}
            </span>
          </span></li>
        ))}
      </ol>
    </section>
  );
}

/** How many units more or fewer a location has, and how many of them are damaged. */
const moved = ({ location, on_hand, damaged }: { location: string; on_hand: number; damaged: number }) =>
  `${location}${on_hand === 0 ? '' : ` ${on_hand > 0 ? '+' : ''}${on_hand}`}${damaged === 0 ? '' : `, damaged ${damaged > 0 ? '+' : ''}${damaged}`}`;
