import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { Refusal } from '../api';
import { useCart } from '../cart';
import { useSettings } from '../settings';

/**
 * Where one comes back to from one's bank. What came of it is told by the shop and not by the address: whoever has the cart before
 * him when it is bought is shown the order.
 */
export default function PayReturn() {
  const { words } = useSettings();
  const { cart } = useCart();
  const go = useNavigate();
  const isOver = cart?.status === 'active';
  useEffect(() => {
    if (isOver) {
      const failure = new Refusal({ type: 'about:blank', title: 'payment_declined', status: 402, code: 'payment_declined', retryable: false });
      void go('/checkout', { replace: true, state: { failure: failure.problem } });
    }
  }, [isOver, go]);

  return (
    <>
      <h1>{words.payment}</h1>
      <p role="status">{words.waiting}</p>
    </>
  );
}
