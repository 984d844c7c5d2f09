import { loadStripe } from '@stripe/stripe-js/pure';
import type { StripeElements } from '@stripe/stripe-js';
import { useEffect, useRef, useState } from 'react';
import { refusal, type Money } from '../api';
import { useSettings } from '../settings';
import { Failed } from './States';

/** Makes a payment method of what was typed; its id is all that the shop ever sees of it. */
export type MakeMethod = () => Promise<string>;

/** Stripe's own form, in a frame of Stripe's: cards, and whatever else is switched on there. */
export default function StripeForm({ publishableKey, due, onReady }: { publishableKey: string; due: Money; onReady(make: MakeMethod): void }) {
  const { language } = useSettings();
  const [failure, fail] = useState<unknown>();
  const [tries, again] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  const form = useRef<StripeElements>(undefined);
  const now = useRef({ due, onReady });
  useEffect(() => {
    now.current = { due, onReady };
    form.current?.update(asStripe(due));
  }, [due, onReady]);
  useEffect(() => {
    let isOver = false;
    loadStripe(publishableKey).then(stripe => {
      if (!stripe || isOver) {
        return;
      }

      const elements = stripe.elements({ mode: 'payment', paymentMethodCreation: 'manual', locale: language, ...asStripe(now.current.due) });
      elements.create('payment').mount(place.current!);
      form.current = elements;
      now.current.onReady(async () => {
        const typed = await elements.submit();
        const made = typed.error ? undefined : await stripe.createPaymentMethod({ elements });
        if (!made?.paymentMethod) {
          throw refusal('card_incomplete');
        }

        return made.paymentMethod.id;
      });
    }).catch(() => fail(refusal('temporarily_unavailable', { retryable: true })));
    return () => {
      isOver = true;
      form.current?.getElement('payment')?.destroy();
      form.current = undefined;
    };
  }, [publishableKey, language, tries]);

  return failure !== undefined ? <Failed failure={failure} retry={() => {
    fail(undefined);
    again(tries + 1);
  }} /> : <div ref={place} className="stripe" />;
}

const asStripe = ({ amount, currency }: Money) => ({ amount: Number(amount), currency: currency.toLowerCase() });
