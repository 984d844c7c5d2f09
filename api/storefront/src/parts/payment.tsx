import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { refusal, shop, taken, type Money } from '../api';
import { useSettings } from '../settings';
import type { MakeMethod } from './StripeForm';

// Nobody needs it where payments are tried out.
const StripeForm = lazy(() => import('./StripeForm'));
const methods = { visa: 'pm_card_visa', declined: 'pm_card_chargeDeclined', challenge: 'pm_card_authenticationRequired' } as const;
const often = 500;
const patience = 60_000;

/** By what something is paid: Stripe's own form, or the cards of the sandbox. */
export function usePaymentMethod(due: Money): { fields: ReactNode; isReady: boolean; failure: unknown; make(): Promise<string> } {
  const { words } = useSettings();
  const [method, choose] = useState<keyof typeof methods>('visa');
  const { data: options, error } = useQuery({ queryKey: ['payment-options'], queryFn: () => taken(shop.GET('/v1/payment-options')), staleTime: Infinity });
  const [made, ready] = useState<{ method: MakeMethod }>();
  const takeForm = useCallback((method: MakeMethod) => ready({ method }), []);
  const key = options?.publishable_key;
  return {
    fields: (
      <>
        {key && <Suspense fallback={<p>{words.loading}</p>}><StripeForm publishableKey={key} due={due} onReady={takeForm} /></Suspense>}
        {options?.gateway === 'sandbox' && (
          <fieldset className="options list">
            <legend className="small">{words.testCard}</legend>
            {(Object.keys(methods) as (keyof typeof methods)[]).map(each => (
              <label key={each}><input type="radio" name="method" value={each} checked={method === each} onChange={() => choose(each)} /><span>{words[each]}</span></label>
            ))}
          </fieldset>
        )}
        {options?.gateway === 'stripe' && !key && <p className="warning" role="alert">{words.problems.payment_gateway_misconfigured}</p>}
      </>
    ),
    isReady: options !== undefined && (options.gateway !== 'stripe' || made !== undefined),
    failure: error ?? undefined,
    make: () => (made ? made.method() : Promise.resolve(methods[method])),
  };
}

/** Waits until something has come to an end; throws why it came to nothing, or that it takes too long. */
export async function settled(look: () => Promise<boolean>) {
  for (const end = Date.now() + patience; !await look();) {
    if (Date.now() > end) {
      throw refusal('payment_pending', { retryable: true });
    }

    await new Promise(later => setTimeout(later, often));
  }
}

/**
 * The sandbox's bank: asks the customer, as a real one does on its own page.
 * @param look Whether it has come to an end; throws why it came to nothing.
 */
export function Bank({ challenge, look, onOver }: { challenge: string; look(): Promise<boolean>; onOver(failure: unknown): void }) {
  const { words } = useSettings();
  const dialog = useRef<HTMLDialogElement>(null);
  const [isWaiting, wait] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);

  const answer = async (approve: boolean) => {
    wait(true);
    try {
      const intent = challenge.split('/').at(-1)!;
      await taken(shop.POST('/v1/sandbox/challenges/{intent}', { params: { path: { intent } }, body: { approve } }));
      await settled(look);
    } catch (failure) {
      onOver(failure);
    }
  };

  return (
    <dialog ref={dialog} className="bank" aria-labelledby="bank" onCancel={event => event.preventDefault()}>
      <h2 id="bank">{words.bank}</h2>
      <p>{isWaiting ? words.waiting : words.bankQuestion}</p>
      <p className="row">
        <button type="button" className="button" disabled={isWaiting} onClick={() => void answer(true)}>{words.approve}</button>
        <button type="button" className="quiet" disabled={isWaiting} onClick={() => void answer(false)}>{words.refuse}</button>
      </p>
    </dialog>
  );
}
