import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { idempotencyKey, Refusal, refusal, shop, taken, type Address, type Cart, type Order, type Problem } from '../api';
import { useCart } from '../cart';
import { useOwn } from '../own';
import { AddressFields, faultsOf, typed } from '../parts/AddressFields';
import { CartLines } from '../parts/CartLines';
import { leave } from '../parts/redirect';
import { Bank, settled, usePaymentMethod } from '../parts/payment';
import { Failed, Loading } from '../parts/States';
import { Totals } from '../parts/Totals';
import { useSettings } from '../settings';

/** Contact, address, delivery and payment on one page. */
export default function Checkout() {
  const { words, sum } = useSettings();
  const { cart, isLoading, failure, retry } = useCart();
  const [isChanged, changed] = useState(false);
  useEffect(() => {
    document.title = `${words.checkout} · ${words.name}`;
  }, [words]);

  if (!cart || cart.lines.length === 0) {
    return (
      <>
        <h1>{words.checkout}</h1>
        {isLoading ? <Loading /> : failure !== undefined ? <Failed failure={failure} retry={retry} /> : (
          <><p>{words.cartEmpty}</p><Link className="button" to="/">{words.home}</Link></>
        )}
      </>
    );
  }

  return (
    <>
      <h1>{words.checkout}</h1>
      <div className="checkout">
        <div>
          <Contact cart={cart} changed={changed} />
          {cart.shipping_address && <Shipping cart={cart} />}
          {cart.shipping_option && <Payment cart={cart} isChanged={isChanged} />}
        </div>
        <aside className="panel" aria-label={words.cart}>
          <CartLines cart={cart} />
          <Codes cart={cart} />
          <Totals of={cart} />
          {cart.amount_due && cart.amount_due.amount !== cart.totals.total.amount && (
            <p className="row strong"><span>{words.due}</span><span>{sum(cart.amount_due)}</span></p>
          )}
        </aside>
      </div>
    </>
  );
}

function Contact({ cart, changed }: { cart: Cart; changed(isChanged: boolean): void }) {
  const { words, say } = useSettings();
  const { tell } = useCart();
  const [failure, fail] = useState<unknown>();
  const [isSaving, saving] = useState(false);
  const typing = useRef(0);
  const address = cart.shipping_address;

  // Whoever keeps an address here need not type it again.
  const kept = useOwn();
  const known = Object.values(kept.data?.addresses ?? {}).sort((a, b) => Number(b.is_shipping ?? false) - Number(a.is_shipping ?? false))[0];
  const faults = faultsOf(failure);
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    fail(undefined);
    saving(true);
    const { email, ...rest } = typed(event.currentTarget);
    const sent = typing.current;

    // What is typed while it is on its way is not in it.
    tell({ email: email ?? '', shipping_address: rest as unknown as Address })
      .then(() => sent === typing.current && changed(false), fail).finally(() => saving(false));
  };
  const type = () => {
    typing.current++;
    changed(true);
  };

  return (
    <form className="panel" onSubmit={save} onChange={type} aria-label={words.contact}>
      <h2>{words.contact}</h2>
      <label>{words.email}
        <input name="email" type="email" defaultValue={cart.email ?? ''} autoComplete="email" required maxLength={320} aria-invalid={faults.has('email') || undefined} />
      </label>
      <h2>{words.address}</h2>
      {kept.isLoading ? <Loading /> : <AddressFields address={address ?? known?.address} failure={failure} />}
      {failure !== undefined && <p className="warning" role="alert">{say(failure)}</p>}
      <button className={address ? 'quiet' : 'button'} disabled={isSaving}>{words.toShipping}</button>
    </form>
  );
}

function Shipping({ cart }: { cart: Cart }) {
  const { words, sum, say } = useSettings();
  const { ship } = useCart();
  const [failure, fail] = useState<unknown>();
  const { data, error } = useQuery({
    // Another address or another weight has other ways.
    queryKey: ['shipping', cart.id, cart.shipping_address, cart.lines],
    queryFn: () => taken(shop.GET('/v1/carts/{cartId}/shipping-options', { params: { path: { cartId: cart.id } } })),
  });
  const choose = (id: string) => {
    fail(undefined);
    ship(id).catch(fail);
  };

  return (
    <section className="panel">
      <h2 id="shipping">{words.shipping}</h2>
      {data?.data.length === 0 && <p className="warning">{words.noShipping}</p>}
      <fieldset className="options list" aria-labelledby="shipping">
        {data?.data.map(option => (
          <label key={option.id}>
            <input type="radio" name="shipping" value={option.id} checked={cart.shipping_option?.id === option.id} onChange={() => choose(option.id)} />
            <span>
              {option.title} <span className="small">{words.days(option.days_min, option.days_max)}</span>
              <span className="price">{sum(option.price)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {(error ?? failure) != null && <p className="warning" role="alert">{say(error ?? failure)}</p>}
    </section>
  );
}

function Payment({ cart, isChanged }: { cart: Cart; isChanged: boolean }) {
  const { words, sum, say } = useSettings();
  const { forget } = useCart();
  const client = useQueryClient();
  const go = useNavigate();
  const before = (useLocation().state as { failure?: Problem } | null)?.failure;
  const [failure, fail] = useState<unknown>(before && new Refusal(before));
  const [isPaying, paying] = useState(false);
  const [bank, ask] = useState<string | null>(null);
  const due = cart.amount_due ?? cart.totals.total;
  const { fields, isReady, failure: unknown, make } = usePaymentMethod(due);
  const isFree = Number(due.amount) === 0;
  const blocked = cart.problems.some(problem => (problem.blocks && problem.code !== 'price_changed') || problem.code === 'insufficient_stock');

  const done = (order: Order) => {
    void go(`/orders/${order.id}`, { state: { isNew: true }, replace: true });
    forget();
  };
  const look = async () => {
    const now = await taken(shop.GET('/v1/carts/{cartId}', { params: { path: { cartId: cart.id } } }));
    if (now.order) {
      done(await taken(shop.GET('/v1/orders/{orderId}', { params: { path: { orderId: now.order } } })));
    } else if (now.status !== 'checking_out') {
      throw refusal('payment_declined');
    }

    return now.order != null;
  };
  const pay = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    fail(undefined);
    paying(true);
    try {
      const answer = await taken(shop.POST('/v1/carts/{cartId}/complete', {
        params: { path: { cartId: cart.id }, header: { 'Idempotency-Key': idempotencyKey() } },
        body: {
          payment_method: isFree ? null : await make(),
          expected_total: cart.totals.total,
          accept_price_changes: cart.problems.some(problem => problem.code === 'price_changed'),
        },
      }));
      if ('next_action' in answer) {
        if (answer.next_action.url.startsWith('/')) {
          ask(answer.next_action.url);
        } else if (answer.next_action.url === '') {
          await settled(look);
        } else {
          leave(answer.next_action.url, { cart: cart.id });
        }
      } else {
        done(answer);
      }
    } catch (refused) {
      fail(refused);

      // What it comes to may have changed without a change of the cart: of what is refused, the newest is shown.
      void client.invalidateQueries({ queryKey: ['cart', cart.id] });
    } finally {
      paying(false);
    }
  };

  return (
    <form className="panel" onSubmit={event => void pay(event)} aria-label={words.payment}>
      <h2>{words.payment}</h2>
      {!isFree && fields}
      {(failure ?? unknown) != null && <p className="warning" role="alert">{say(failure ?? unknown)}</p>}
      {[...new Set(cart.problems.filter(problem => problem.blocks && !problem.sku).map(({ code }) => code))].map(code => (
        <p key={code} className="warning" role="status">{words.problems[code] ?? words.problem}</p>
      ))}
      {isChanged && <p className="warning" role="status">{words.contactChanged}</p>}
      <button className="button" disabled={isPaying || blocked || isChanged || !(isFree || isReady)}>{words.pay(sum(due))}</button>
      {bank && <Bank challenge={bank} look={look} onOver={refused => {
        ask(null);
        fail(refused);
      }} />}
    </form>
  );
}

function Codes({ cart }: { cart: Cart }) {
  const { words, sum, say } = useSettings();
  const { enter, withdraw, leave } = useCart();
  const [failure, fail] = useState<unknown>();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const code = String(new FormData(form).get('code') ?? '').trim();
    fail(undefined);
    if (code) {
      enter(code).then(() => form.reset(), fail);
    }
  };

  return (
    <form className="codes" onSubmit={submit}>
      <label>{words.code}<input name="code" maxLength={64} autoComplete="off" /></label>
      <button className="quiet">{words.apply}</button>
      <ul>
        {cart.code_outcomes?.map(outcome => (
          <li key={outcome.code} className="row small">
            <span>{outcome.code}{outcome.status !== 'applied' && ` – ${words.codeStatus[outcome.status] ?? outcome.detail}`}</span>
            <button type="button" className="quiet" onClick={() => void withdraw(outcome.code).catch(fail)}>{words.remove}</button>
          </li>
        ))}
        {[...cart.gift_cards ?? [], ...cart.store_credit ? [cart.store_credit] : []].map(credit => (
          <li key={credit.id} className="row small">
            <span>{credit.kind === 'gift_card' ? words.giftCard(credit.last4 ?? '') : words.storeCredit} −{sum(credit.amount)}</span>
            {credit.kind === 'gift_card' && <button type="button" className="quiet" onClick={() => void leave(credit.id).catch(fail)}>{words.remove}</button>}
          </li>
        ))}
      </ul>
      {failure !== undefined && <p className="warning" role="alert">{say(failure)}</p>}
    </form>
  );
}
