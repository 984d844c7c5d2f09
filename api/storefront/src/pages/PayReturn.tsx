import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Navigate, useNavigate } from 'react-router';
import { Refusal, shop, taken } from '../api';
import { useCart } from '../cart';
import { useSettings } from '../settings';

const often = 500;
const kept = 'paying';

/** Remembers what is paid for while one is at one's bank: by the time one is back, the shop may have made an order of it. */
export const leaveWith = (cart: string) => sessionStorage.setItem(kept, cart);

/** Where one comes back to from one's bank. What came of it is told by the shop and not by the address. */
export default function PayReturn() {
  const { words } = useSettings();
  const { forget } = useCart();
  const go = useNavigate();
  const id = sessionStorage.getItem(kept);
  const { data: cart } = useQuery({
    queryKey: ['paying', id],
    queryFn: () => taken(shop.GET('/v1/carts/{cartId}', { params: { path: { cartId: id! } } })),
    enabled: id !== null,
    refetchInterval: often,
  });
  const order = cart?.order;
  const isOver = cart?.status === 'active';
  useEffect(() => {
    if (order) {
      forget();
      void go(`/orders/${order}`, { replace: true, state: { isNew: true } });
    } else if (isOver) {
      const failure = new Refusal({ type: 'about:blank', title: 'payment_declined', status: 402, code: 'payment_declined', retryable: false });
      void go('/checkout', { replace: true, state: { failure: failure.problem } });
    }
  }, [order, isOver, forget, go]);

  return id === null ? <Navigate to="/orders" replace /> : (
    <>
      <h1>{words.payment}</h1>
      <p role="status">{words.waiting}</p>
    </>
  );
}
