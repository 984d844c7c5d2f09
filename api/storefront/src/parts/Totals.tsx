import type { Cart } from '../api';
import { useSettings } from '../settings';

/** What a cart or an order comes to. */
export function Totals({ of }: { of: Pick<Cart, 'totals'> }) {
  const { words, sum } = useSettings();
  const { totals } = of;
  return (
    <dl className="totals">
      <div className="row"><dt>{words.items}</dt><dd>{sum(totals.items)}</dd></div>
      {totals.discount && Number(totals.discount.amount) > 0 && (
        <div className="row"><dt>{words.discount}</dt><dd>−{sum(totals.discount)}</dd></div>
      )}
      <div className="row"><dt>{words.shipping}</dt><dd>{sum(totals.shipping)}</dd></div>
      {!totals.tax_included && <div className="row"><dt>{words.tax}</dt><dd>{sum(totals.tax)}</dd></div>}
      <div className="row strong"><dt>{words.total}</dt><dd>{sum(totals.total)}</dd></div>
      {totals.tax_included && <div className="row small"><dt>{words.taxIncluded}</dt><dd>{sum(totals.tax)}</dd></div>}
    </dl>
  );
}
