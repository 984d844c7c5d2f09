import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { follow, idempotencyKey, Refusal, shop, taken, type Address, type Cart } from './api';
import { useSettings } from './settings';

interface InUse {
  /** Null while there is none, or it is not loaded yet. */
  cart: Cart | null;
  isOpen: boolean;
  open(isOpen: boolean): void;
  add(sku: string, quantity: number): Promise<Cart>;
  set(line: string, quantity: number): Promise<Cart>;
  tell(contact: { email?: string; shipping_address?: Address }): Promise<Cart>;
  ship(id: string): Promise<Cart>;
  enter(code: string): Promise<Cart>;
  withdraw(code: string): Promise<Cart>;
  /** It has become an order, or is no longer there. */
  forget(): void;
}

const Context = createContext<InUse | null>(null);
const keep = (currency: string) => `cart-${currency}`;
const keyOf = (id: string) => ['cart', id];

/** Takes what is newer; of two answers that cross, the older changes nothing. */
function show(client: QueryClient, cart: Cart) {
  client.setQueryData<Cart>(keyOf(cart.id), now => (now && Number(now.version) > Number(cart.version) ? now : cart));
}

/** The cart of this browser, one for each currency; the same in all its tabs. */
export function CartProvider({ children }: { children: ReactNode }) {
  const { currency } = useSettings();
  const client = useQueryClient();
  const [id, setId] = useState(() => localStorage.getItem(keep(currency)));
  const [isOpen, open] = useState(false);
  const creating = useRef<Promise<string> | null>(null);

  useEffect(() => {
    setId(localStorage.getItem(keep(currency)));
    creating.current = null;

    // Another tab has begun a cart, or bought it.
    const changed = (event: StorageEvent) => event.key === keep(currency) && setId(event.newValue);
    addEventListener('storage', changed);
    return () => removeEventListener('storage', changed);
  }, [currency]);

  const forget = useCallback(() => {
    localStorage.removeItem(keep(currency));
    creating.current = null;
    setId(null);
  }, [currency]);

  const { data: cart = null, error } = useQuery({
    queryKey: keyOf(id ?? ''),
    queryFn: () => taken(shop.GET('/v1/carts/{cartId}', { params: { path: { cartId: id! } } })),
    enabled: id !== null,
    staleTime: Infinity,
  });

  const isGone = (error instanceof Refusal && ['cart_not_found', 'cart_expired'].includes(error.code))
    || (cart !== null && !['active', 'checking_out'].includes(cart.status));
  const go = useNavigate();
  const { pathname } = useLocation();
  const order = cart?.order ?? null;
  useEffect(() => {
    if (isGone) {
      // Whoever has it before him at the checkout, in whatever tab, sees what became of it.
      if (order && pathname === '/checkout') {
        void go(`/orders/${order}`, { state: { isNew: true }, replace: true });
      }

      forget();
    }
  }, [isGone, forget, go, order, pathname]);

  const isThere = cart !== null;
  useEffect(() => (id && isThere ? follow<Cart>(`/v1/carts/${id}/events`, 'cart', now => show(client, now)) : undefined), [id, isThere, client]);

  const value = useMemo<InUse>(() => {
    // Two clicks at once make one cart.
    const ensure = () => id
      ? Promise.resolve(id)
      : creating.current ??= taken(shop.POST('/v1/carts', { body: { currency }, headers: { 'Idempotency-Key': idempotencyKey() } }))
        .then(created => {
          show(client, created);
          localStorage.setItem(keep(currency), created.id);
          setId(created.id);
          return created.id;
        })
        .catch((failure: unknown) => {
          creating.current = null;
          throw failure;
        });

    /** Shows at once what it will probably be; the answer, or what the cart is if it failed, is the truth. */
    const change = async (guess: ((now: Cart) => Cart) | null, send: (cartId: string) => Promise<Cart>) => {
      const cartId = await ensure();
      const before = client.getQueryData<Cart>(keyOf(cartId));
      if (before && guess) {
        client.setQueryData(keyOf(cartId), guess(before));
      }

      try {
        const after = await send(cartId);
        show(client, after);
        return after;
      } catch (failure) {
        if (before && guess) {
          client.setQueryData<Cart>(keyOf(cartId), now => (now && Number(now.version) > Number(before.version) ? now : before));
        }

        throw failure;
      }
    };

    const once = () => ({ 'Idempotency-Key': idempotencyKey() });
    return {
      cart: isGone ? null : cart,
      isOpen,
      open,
      forget,
      add: (sku, quantity) => change(null, cartId => taken(shop.POST('/v1/carts/{cartId}/lines', {
        params: { path: { cartId } }, body: { sku, quantity }, headers: once(),
      }))),
      set: (line, quantity) => change(
        now => ({
          ...now,
          lines: quantity === 0
            ? now.lines.filter(each => each.id !== line)
            : now.lines.map(each => (each.id === line ? { ...each, quantity } : each)),
        }),
        cartId => taken(shop.PUT('/v1/carts/{cartId}/lines/{line}', {
          params: { path: { cartId, line } }, body: { quantity }, headers: once(),
        }))),
      tell: contact => change(null, cartId => taken(shop.PATCH('/v1/carts/{cartId}', {
        params: { path: { cartId } }, body: contact as never, headers: once(),
      }))),
      ship: option => change(null, cartId => taken(shop.PUT('/v1/carts/{cartId}/shipping-option', {
        params: { path: { cartId } }, body: { id: option }, headers: once(),
      }))),
      enter: code => change(null, cartId => taken(shop.POST('/v1/carts/{cartId}/codes', {
        params: { path: { cartId } }, body: { code }, headers: once(),
      }))),
      withdraw: code => change(null, cartId => taken(shop.DELETE('/v1/carts/{cartId}/codes/{code}', {
        params: { path: { cartId, code } }, headers: once(),
      }))),
    };
  }, [cart, client, currency, forget, id, isGone, isOpen]);

  return <Context value={value}>{children}</Context>;
}

export function useCart(): InUse {
  const cart = use(Context);
  if (!cart) {
    throw new Error('Outside of CartProvider.');
  }

  return cart;
}
