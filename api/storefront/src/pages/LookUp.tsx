import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { shop, taken } from '../api';
import { useSettings } from '../settings';

/** An order of somebody who has lost the link to it. */
export default function LookUp() {
  const { words, say } = useSettings();
  const go = useNavigate();
  const client = useQueryClient();
  const [failure, fail] = useState<unknown>();
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    fail(undefined);
    const { number, email } = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    taken(shop.POST('/v1/orders/lookup', { body: { number, email } })).then(
      order => {
        client.setQueryData(['order', order.id], order);
        void go(`/orders/${order.id}`);
      },
      fail);
  };

  return (
    <form className="narrow" onSubmit={find}>
      <h1>{words.lookUp}</h1>
      <label>{words.orderNumber}<input name="number" required maxLength={20} autoComplete="off" aria-describedby="hint" /></label>
      <p id="hint" className="small">{words.lookUpHint}</p>
      <label>{words.email}<input name="email" type="email" required autoComplete="email" /></label>
      {failure !== undefined && <p className="warning" role="alert">{say(failure)}</p>}
      <button className="button">{words.find}</button>
    </form>
  );
}
