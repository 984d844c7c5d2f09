import { useState } from 'react';
import { shop, taken } from '../api';
import type { components } from '../schema';
import { List } from './lists';
import { StockLine } from './StockLine';

type Listed = components['schemas']['ListedStock'];

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
          columns={['SKU', { number: 'Available' }, { number: 'On hand' }, { number: 'Held' }, { number: 'Committed' }, { number: 'Damaged' }, { number: 'Incoming' }]}
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
        {sku && <StockLine key={sku} sku={sku} />}
      </div>
    </>
  );
}
