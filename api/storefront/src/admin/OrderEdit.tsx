import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { shop, taken, type Order } from '../api';
import type { components } from '../schema';
import { Totals } from '../parts/Totals';
import { useSettings } from '../settings';
import { Act } from './lists';

type Edit = components['schemas']['OrderEditView'];

/** Changes an order's lines: first it is shown what that comes to, then it is done. */
export function OrderEdit({ id, order }: { id: string; order: Order }) {
  const { sum } = useSettings();
  const client = useQueryClient();
  const [proposed, propose] = useState<Edit>();
  const lines = order.lines.map(line => ({ ...line, id: line.id! }));
  const ask = (fields: Record<string, string>) => taken(shop.POST('/v1/admin/orders/{orderId}/edits', {
    params: { path: { orderId: id } },
    body: {
      lines: lines.filter(line => Number(fields[line.id]) !== line.quantity).map(line => ({ line: line.id, quantity: Number(fields[line.id]) })),
      add: fields.sku ? [{ sku: fields.sku, quantity: Number(fields.units) }] : [],
    },
  })).then(propose);
  const apply = async (_: unknown, key: string) => {
    const changed = await taken(shop.POST('/v1/admin/orders/{orderId}/edits/{editId}/apply', {
      params: { path: { orderId: id, editId: proposed!.id }, header: { 'Idempotency-Key': key } },
    }));
    client.setQueryData(['order', id], changed);
    propose(undefined);
    await client.invalidateQueries({ queryKey: ['of', id] });
  };
  return (
    <section className="panel" aria-labelledby="edit">
      <h2 id="edit">Change</h2>
      <Act key={String(order.version)} label="Show what it comes to" isQuiet keeps act={ask} onChange={() => propose(undefined)}>
        {lines.map(line => (
          <label key={`${line.id} ${line.quantity}`}>{line.title}, units<input name={line.id} type="number" min={0} required defaultValue={line.quantity} /></label>
        ))}
        <label>Another SKU<input name="sku" maxLength={64} /></label>
        <label>Units of it<input name="units" type="number" min={1} defaultValue={1} /></label>
      </Act>
      {proposed && (
        <div aria-live="polite">
          <h3>Before and after</h3>
          <div className="two">
            <Totals of={{ totals: proposed.before }} />
            <Totals of={{ totals: proposed.after }} />
          </div>
          <p>The difference is {sum(proposed.difference)}. To pay then: {sum(proposed.amount_due)}. To give back then: {sum(proposed.amount_owed)}.</p>
          <Act label="Change the order" act={apply} />
        </div>
      )}
    </section>
  );
}
