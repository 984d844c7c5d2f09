import { useState } from 'react';
import { idempotencyKey, shop, taken } from '../api';
import type { components } from '../schema';
import { currencies, useSettings, type Currency } from '../settings';
import { Act } from './lists';

type Cart = components['schemas']['CartView'];
type Explanation = components['schemas']['CartExplanation'];

/** A cart that nobody buys: what it would come to, and why. */
export function Simulator() {
  const { sum } = useSettings();
  const [shown, show] = useState<{ cart: Cart; why: Explanation }>();
  const simulate = async (fields: Record<string, string>) => {
    const header = () => ({ 'Idempotency-Key': idempotencyKey() });
    const { id: cartId } = await taken(shop.POST('/v1/carts', { body: { currency: fields.currency as Currency }, headers: header() }));
    const params = { path: { cartId } };
    for (const line of (fields.lines ?? '').split('\n').map(text => text.trim().split(/\s+/)).filter(([sku]) => sku)) {
      await taken(shop.POST('/v1/carts/{cartId}/lines', { params, body: { sku: line[0]!, quantity: Number(line[1] ?? 1) }, headers: header() }));
    }

    if (fields.group) {
      await taken(shop.PUT('/v1/admin/carts/{cartId}/buyer', { params, body: { group: fields.group }, headers: header() }));
    }

    for (const code of (fields.codes ?? '').split(',').map(text => text.trim()).filter(Boolean)) {
      await taken(shop.POST('/v1/carts/{cartId}/codes', { params, body: { code }, headers: header() }));
    }

    show({ cart: await taken(shop.GET('/v1/carts/{cartId}', { params })), why: await taken(shop.GET('/v1/carts/{cartId}/explain', { params })) });
  };
  return (
    <section className="panel" aria-labelledby="simulate">
      <h2 id="simulate">Try it</h2>
      <Act label="Reckon" keeps act={simulate}>
        <label>SKU and units, a line each<textarea name="lines" rows={3} required placeholder="COFFEE-250G 2" /></label>
        <label>Codes, with commas<input name="codes" /></label>
        <label>Customer group<input name="group" maxLength={64} /></label>
        <label>Currency<select name="currency">{currencies.map(currency => <option key={currency}>{currency}</option>)}</select></label>
      </Act>
      {shown && (
        <div aria-live="polite">
          {!shown.cart.promotions?.length && <p>No promotion applies.</p>}
          <ul>{shown.cart.promotions?.map(promotion => <li key={promotion.id} className="row"><span>{promotion.title}: {promotion.explanation}</span><span className="price">−{sum(promotion.amount)}</span></li>)}</ul>
          <ul>{shown.cart.code_outcomes?.map(outcome => <li key={outcome.code}>{outcome.code}: {outcome.detail}</li>)}</ul>
          {shown.why.lines.map(line => (
            <div key={line.key}>
              <h3>{line.quantity} × {line.title}</h3>
              <Steps of={line} />
            </div>
          ))}
          <h3>All together</h3>
          <Steps of={shown.why.totals} />
        </div>
      )}
    </section>
  );
}

function Steps({ of }: { of: Pick<components['schemas']['NumberExplanation'], 'steps' | 'result'> }) {
  const { sum } = useSettings();
  return (
    <ol>
      {of.steps.map((step, at) => <li key={at} className="row"><span>{step.detail}</span><span className="price">{sum(step.sum)}</span></li>)}
    </ol>
  );
}
