import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { follow, shop, taken } from '../api';
import type { components } from '../schema';
import { useSettings } from '../settings';
import { Act, List } from './lists';

type Listed = components['schemas']['ListedDrop'];
type Drop = components['schemas']['DropView'];

/** Flash sales: a new one, and how those under way go. */
export function Drops() {
  const { date } = useSettings();
  const client = useQueryClient();
  const [watched, watch] = useState<string | null>(null);
  return (
    <>
      <h1>Drops</h1>
      <section className="panel" aria-labelledby="new">
        <h2 id="new">New drop</h2>
        <Act label="Plan" act={(fields, key) => taken(shop.POST('/v1/admin/drops', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            title: fields.title ?? '', sku: fields.sku ?? '', units: Number(fields.units),
            opens_at: new Date(fields.opens_at ?? '').toISOString(),
          } as components['schemas']['DropDefinition'],
        })).then(drop => {
          watch(drop.id);
          return client.invalidateQueries({ queryKey: ['drops'] });
        })}>
          <label>Title<input name="title" required maxLength={200} /></label>
          <label>SKU<input name="sku" required maxLength={64} /></label>
          <label>Units<input name="units" type="number" required min={1} step={1} /></label>
          <label>Opens<input name="opens_at" type="datetime-local" required /></label>
        </Act>
      </section>
      <div className={watched ? 'two' : ''}>
        <div>
          <List<Listed>
            of={['drops']}
            read={cursor => taken(shop.GET('/v1/admin/drops', { params: { query: { limit: 50, cursor } } }))}
            columns={['Title', 'Status', 'SKU', { number: 'Units' }, 'Opens']}
            row={drop => (
              <tr key={drop.id}>
                <td className="wide"><button type="button" className="quiet" aria-pressed={drop.id === watched} onClick={() => watch(drop.id)}>{drop.title}</button></td>
                <td>{drop.status}</td>
                <td>{drop.sku}</td>
                <td className="number">{drop.units}</td>
                <td>{date(drop.opens_at)}</td>
              </tr>
            )}
            empty="There is no drop."
          />
        </div>
        {watched && <Watched key={watched} id={watched} />}
      </div>
    </>
  );
}

/** One drop as it goes on. */
function Watched({ id }: { id: string }) {
  const client = useQueryClient();
  const [drop, setDrop] = useState<Drop>();
  useEffect(() => follow<Drop>(`/v1/admin/drops/${id}/events`, 'drop', setDrop), [id]);
  if (!drop) {
    return null;
  }

  const then = (now: Drop) => {
    setDrop(now);
    return client.invalidateQueries({ queryKey: ['drops'] });
  };
  const facts = {
    'units sold': drop.sold, 'units left': drop.left, 'in line': drop.waiting, 'tickets': drop.tickets,
    'at the checkout': drop.admitted, 'bought': drop.bought, 'let their time go by': drop.lapsed,
  };
  const at = { params: { path: { dropId: id } } };
  return (
    <section className="panel" aria-labelledby="drop" aria-live="polite">
      <h2 id="drop">{drop.definition.title}: {drop.status.replace('_', ' ')}</h2>
      <meter min={0} max={drop.units} value={drop.sold} aria-label="Sold" />
      <dl className="totals">
        {Object.entries(facts).map(([name, value]) => <div key={name} className="row"><dt>{name}</dt><dd>{value}</dd></div>)}
      </dl>
      <div className="inline">
        {['scheduled', 'paused'].includes(drop.status) && <Act label="Open" act={() => taken(shop.POST('/v1/admin/drops/{dropId}/open', at)).then(then)} />}
        {['open', 'sold_out'].includes(drop.status) && <Act label="Pause" isQuiet act={() => taken(shop.POST('/v1/admin/drops/{dropId}/pause', at)).then(then)} />}
        {drop.status !== 'closed' && <Act label="Close" asks="Close it for good? Whoever still waits gets nothing." isQuiet act={() => taken(shop.POST('/v1/admin/drops/{dropId}/close', at)).then(then)} />}
      </div>
    </section>
  );
}
