import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { follow, type Cart, type CartLine } from '../api';
import { useCart } from '../cart';
import { useSettings } from '../settings';
import { Picture } from './Picture';

/** What is in the cart, to be changed, and what is wrong with it. */
export function CartLines({ cart }: { cart: Cart }) {
  const { words, sum } = useSettings();
  useAvailability(cart);
  const titles = new Map(cart.lines.map(line => [line.sku, line.title]));
  return (
    <>
      <ul className="lines">{cart.lines.map(line => <Line key={line.id} line={line} />)}</ul>
      {cart.problems.filter(problem => problem.sku).map(problem => (
        <p key={`${problem.code}-${problem.sku}`} className="warning" role="status">
          {problem.code === 'insufficient_stock' ? words.tooFew(titles.get(problem.sku!) ?? problem.sku!)
            : problem.price ? words.priceNow(titles.get(problem.sku!) ?? problem.sku!, sum(problem.price.now))
              : words.problems[problem.code] ?? words.problem}
        </p>
      ))}
    </>
  );
}

// More than these are looked at when the cart itself changes: over HTTP/1.1 a browser has six connections for all its tabs.
const followedMax = 2;

// As long as the shop may answer from memory.
const settled = 1_200;

/** Has the cart looked at again when something in it sells out, or comes back. */
function useAvailability(cart: Cart) {
  const client = useQueryClient();
  const products = [...new Set(cart.lines.map(line => line.product_id))].slice(0, followedMax).join();
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const ends = products === '' ? [] : products.split(',').map(product => follow(
      `/v1/products/${product}/availability/events`, 'availability',
      () => timers.add(setTimeout(() => void client.invalidateQueries({ queryKey: ['cart', cart.id] }), settled))));
    return () => {
      ends.forEach(end => end());
      timers.forEach(clearTimeout);
    };
  }, [products, cart.id, client]);
}

function Line({ line }: { line: CartLine }) {
  const { words, sum, say } = useSettings();
  const { set } = useCart();
  const [failure, fail] = useState<unknown>();
  const change = (quantity: number) => {
    fail(undefined);
    set(line.id ?? line.sku, quantity).catch(fail);
  };

  return (
    <li className="line">
      <Picture url={line.image} alt="" size={72} />
      <div>
        <Link to={`/p/${line.product_id}`}>{line.title}</Link>
        {line.variant_title && <p className="small">{line.variant_title}</p>}
        <div className="quantity" role="group" aria-label={`${words.quantity}: ${line.title}`}>
          <button type="button" className="quiet" aria-label={words.less} onClick={() => change(line.quantity - 1)}>−</button>
          <output aria-live="polite">{line.quantity}</output>
          <button type="button" className="quiet" aria-label={words.plus} onClick={() => change(line.quantity + 1)}>+</button>
          <button type="button" className="quiet small" onClick={() => change(0)}>{words.remove}</button>
        </div>
        {failure !== undefined && <p className="warning" role="alert">{say(failure)}</p>}
      </div>
      <span className="price">{sum(line.total)}</span>
    </li>
  );
}
