import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { useCart } from '../cart';
import { useSettings } from '../settings';
import { CartLines } from './CartLines';
import { Failed, Loading } from './States';

/** The cart, over whatever page one is on. */
export function CartDrawer() {
  const { words, sum } = useSettings();
  const { cart, isLoading, failure, retry, isOpen, open } = useCart();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) {
      dialog.current?.showModal();
    } else {
      dialog.current?.close();
    }
  }, [isOpen]);

  const isEmpty = !cart || cart.lines.length === 0;
  return (
    <dialog ref={dialog} className="drawer" aria-labelledby="cart-title" onClose={() => open(false)}
      onClick={event => event.target === dialog.current && open(false)}>
      <div className="drawer-inside">
        <header>
          <h2 id="cart-title">{words.cart}</h2>
          <button type="button" className="quiet" onClick={() => open(false)}>{words.close}</button>
        </header>
        {!isOpen ? null : isLoading ? <Loading /> : failure !== undefined ? <Failed failure={failure} retry={retry} /> : isEmpty ? <p>{words.cartEmpty}</p> : (
          <>
            <CartLines cart={cart} />
            <p className="row strong"><span>{words.items}</span><span>{sum(cart.totals.items)}</span></p>
            <Link className="button" to="/checkout" onClick={() => open(false)}>{words.checkout}</Link>
          </>
        )}
      </div>
    </dialog>
  );
}
