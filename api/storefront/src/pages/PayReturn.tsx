import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Navigate, useNavigate } from 'react-router';
import { Refusal, refusal, shop, taken } from '../api';
import { useCart } from '../cart';
import { isBack, leftWith } from '../parts/redirect';
import { useSettings } from '../settings';

const often = 500;

/** Where one comes back to from one's bank. What came of it is told by the shop and not by the address. */
export default function PayReturn() {
  const { words, say } = useSettings();
  const { forget } = useCart();
  const go = useNavigate();
  const left = leftWith();
  const id = left && 'cart' in left ? left.cart : null;
  const { data: cart, error } = useQuery({
    queryKey: ['paying', id],
    queryFn: () => taken(shop.GET('/v1/carts/{cartId}', { params: { path: { cartId: id! } } })),
    enabled: id !== null,
    refetchInterval: often,
  });
  const order = cart?.order;
  const isOver = cart !== undefined && !order && cart.status !== 'checking_out';
  useEffect(() => {
    if (order) {
      isBack();
      forget();
      void go(`/orders/${order}`, { replace: true, state: { isNew: true } });
    } else if (isOver) {
      isBack();
      void go('/checkout', { replace: true, state: { failure: refusal('payment_declined').problem } });
    }
  }, [order, isOver, forget, go]);

  // Not his any more, or gone: what came of it is found by the number in the mail.
  const isLost = error instanceof Refusal && error.problem.status === 404;
  return left && 'order' in left ? <Navigate to={`/orders/${left.order}`} replace /> : id === null || isLost ? <Navigate to="/orders" replace /> : (
    <>
      <h1>{words.payment}</h1>
      {error ? <p className="warning" role="alert">{say(error)}</p> : <p role="status">{words.waiting}</p>}
    </>
  );
}
