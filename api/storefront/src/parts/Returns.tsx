import { useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { idempotencyKey, shop, taken, type Order } from '../api';
import type { components } from '../schema';
import { useSettings } from '../settings';
import { Submit } from './Submit';

type Reason = components['schemas']['ReturnReason'];

/** What came back of an order or is to, and what can still be sent back. */
export function Returns({ id, order }: { id: string; order: Order }) {
  const { words, sum, date } = useSettings();
  const client = useQueryClient();
  const returns = order.returns ?? [];
  const returnable = order.lines.filter(line => Number(line.returnable) > 0);
  // The same until it is known what became of it: asked again after a lost answer, it is done once.
  const key = useRef(idempotencyKey());
  const then = () => {
    key.current = idempotencyKey();
    return client.invalidateQueries({ queryKey: ['order', id] });
  };
  const ask = (form: HTMLFormElement) => {
    const fields = new FormData(form);
    const reason = String(fields.get('reason')) as Reason;
    return taken(shop.POST('/v1/orders/{orderId}/returns', {
      params: { path: { orderId: id }, header: { 'Idempotency-Key': key.current } },
      body: {
        lines: returnable.map(line => ({ line: line.id!, quantity: Number(fields.get(line.id!) ?? 0), reason })).filter(line => line.quantity > 0),
        note: String(fields.get('note')) || null,
      },
    })).then(then);
  };
  const isInTime = order.returnable_until && new Date(order.returnable_until) > new Date();
  return returns.length === 0 && !isInTime ? null : (
    <section aria-labelledby="returns" className="panel">
      <h2 id="returns">{words.returns}</h2>
      <ul className="lines">
        {returns.map(known => (
          <li key={known.number} className="row">
            <span>
              {known.lines.map(line => `${line.quantity} × ${order.lines.find(bought => bought.id === line.line)?.title}`).join(', ')}
              <span className="small"> {words.returnStatus[known.status]} {known.status === 'received' && words.givenBack(sum(known.returned))}</span>
            </span>
            {(known.status === 'requested' || known.status === 'approved') && (
              <Submit isQuiet label={words.keepIt} name={`${words.keepIt}: ${known.number}`}
                act={() => taken(shop.POST('/v1/orders/{orderId}/returns/{number}/cancel', {
                  params: { path: { orderId: id, number: known.number } },
                })).then(then)} />
            )}
          </li>
        ))}
      </ul>
      {isInTime && (
        <details>
          <summary>{words.sendBack(date(order.returnable_until!))}</summary>
          <Submit label={words.askToSendBack} name={words.askToSendBack} act={ask}>
            {() => (
              <>
                {returnable.map(line => (
                  <label key={line.id}>{words.unitsOf(line.variant_title ? `${line.title}, ${line.variant_title}` : line.title)}
                    <input name={line.id} type="number" min={0} max={Number(line.returnable)} defaultValue={0} />
                  </label>
                ))}
                <label>{words.why}
                  <select name="reason">
                    {(Object.keys(words.returnReason) as Reason[]).map(reason => <option key={reason} value={reason}>{words.returnReason[reason]}</option>)}
                  </select>
                </label>
                <label>{words.whatWeShouldKnow}<input name="note" maxLength={500} /></label>
              </>
            )}
          </Submit>
        </details>
      )}
    </section>
  );
}
