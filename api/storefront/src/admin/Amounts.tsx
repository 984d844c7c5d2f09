import { useState } from 'react';
import type { Money } from '../api';
import { majorUnits, minorUnits, written } from '../money';
import { currencies } from '../settings';

/** One sum for each currency; what is left empty has none. */
export function Amounts({ label, value, change }: { label: string; value: readonly Money[]; change(value: Money[]): void }) {
  const [texts, type] = useState(() => Object.fromEntries(value.map(money => [money.currency, majorUnits(money)])));
  const all = [...new Set([...currencies, ...value.map(money => money.currency)])];
  return all.map(currency => (
    <label key={currency}>{label} {currency}
      <input
        inputMode="decimal" pattern={written(currency)} value={texts[currency] ?? ''}
        onChange={event => {
          const now = { ...texts, [currency]: event.target.value };
          type(now);
          change(all.filter(each => now[each]).map(each => ({ amount: minorUnits(now[each]!, each), currency: each })));
        }} />
    </label>
  ));
}
