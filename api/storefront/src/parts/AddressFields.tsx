import { Refusal, type Address } from '../api';
import { useSettings } from '../settings';

const countries = ['GB', 'DE', 'AT', 'BE', 'CH', 'DK', 'ES', 'FI', 'FR', 'IE', 'IT', 'LU', 'NL', 'NO', 'PL', 'PT', 'SE', 'US', 'CA', 'AU'];

/** Where somebody lives, as he types it. What the server found wrong is marked. */
export function AddressFields({ address, failure }: { address?: Address | null; failure?: unknown }) {
  const { words, language } = useSettings();
  const faults = faultsOf(failure);
  const field = (name: keyof Address & keyof typeof words, autoComplete: string, isNeeded = true) => (
    <label className={`field-${name}`}>{words[name] as string}
      <input name={name} defaultValue={address?.[name] ?? ''} autoComplete={autoComplete} required={isNeeded} maxLength={200} aria-invalid={faults.has(name) || undefined} />
    </label>
  );
  const names = new Intl.DisplayNames([language], { type: 'region' });

  return (
    <div className="fields">
      {field('first_name', 'given-name')}
      {field('last_name', 'family-name')}
      {field('line1', 'address-line1')}
      {field('line2', 'address-line2', false)}
      {field('postal_code', 'postal-code')}
      {field('city', 'address-level2')}
      <label>{words.country}
        <select name="country" defaultValue={address?.country ?? (language === 'de' ? 'DE' : 'GB')} autoComplete="country">
          {countries.map(country => (
            <option key={country} value={country}>{names.of(country)}</option>
          ))}
        </select>
      </label>
      {field('phone', 'tel', false)}
    </div>
  );
}

/** The members that a refusal points to, by the last part of their pointers. */
export const faultsOf = (failure: unknown) => new Set(failure instanceof Refusal
  ? failure.problem.errors?.map(error => error.pointer.split('/').at(-1)) : []);

/** What was typed into a form; nothing typed is null. */
export const typed = (form: HTMLFormElement) => Object.fromEntries(
  [...new FormData(form)].map(([name, value]) => [name, String(value).trim() || null])) as Record<string, string | null>;
