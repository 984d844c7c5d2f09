import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { Refusal, type Money } from './api';
import { digitsOf, majorUnits } from './money';
import { de } from './words/de';
import { en, type Words } from './words/en';

export const languages = { en, de } as const;
export const currencies = ['GBP', 'EUR'] as const;
export const looks = ['auto', 'light', 'dark'] as const;
export type Language = keyof typeof languages;
export type Currency = (typeof currencies)[number];

// Written here, since a slow phone is busy for a tenth of a second before it has its first Intl.NumberFormat.
const signs: Partial<Record<string, string>> = { GBP: '£', EUR: '€' } satisfies Record<Currency, string>;

interface Settings {
  language: Language;
  currency: Currency;
  look: (typeof looks)[number];
}

interface InUse extends Settings {
  words: Words;
  change(settings: Partial<Settings>): void;
  /** A sum as people of the language write it. */
  sum(money: Money): string;
  date(time: string): string;
  /** What a failure is called. */
  say(failure: unknown): string;
}

const kept = 'settings';
const Context = createContext<InUse | null>(null);

function start(): Settings {
  const usual: Settings = {
    language: navigator.language.startsWith('de') ? 'de' : 'en',
    currency: navigator.language === 'en-GB' || !/^(de|fr|it|es|nl)/.test(navigator.language) ? 'GBP' : 'EUR',
    look: 'auto',
  };
  try {
    const known = JSON.parse(localStorage.getItem(kept) ?? '{}') as Partial<Settings>;
    return {
      language: known.language && known.language in languages ? known.language : usual.language,
      currency: known.currency && currencies.includes(known.currency) ? known.currency : usual.currency,
      look: known.look && looks.includes(known.look) ? known.look : usual.look,
    };
  } catch {
    return usual;
  }
}

/** Language, currency and look: of this browser, since they are nobody's secret. */
export function SettingsProvider({ children }: { children: ReactNode }) {
  const [settings, set] = useState(start);
  useEffect(() => {
    localStorage.setItem(kept, JSON.stringify(settings));
    document.documentElement.lang = settings.language;
    document.documentElement.dataset.look = settings.look;
  }, [settings]);

  const value = useMemo<InUse>(() => {
    const words: Words = languages[settings.language];
    const region = settings.language === 'de' ? 'de-DE' : 'en-GB';
    return {
      ...settings,
      words,
      change: next => set(now => ({ ...now, ...next })),
      sum: money => {
        const { currency } = money;
        const sign = signs[currency];
        if (sign) {
          const [whole, part] = majorUnits(money).replace('-', '').split('.');
          return (Number(money.amount) < 0 ? '-' : '') + words.sum(whole!.replace(/\B(?=(...)+$)/g, words.thousands) + words.point + part, sign);
        }

        const digits = digitsOf(currency);
        return new Intl.NumberFormat(region, { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits })
          .format(Number(money.amount) / 10 ** digits);
      },
      date: time => new Intl.DateTimeFormat(region, { dateStyle: 'long', timeStyle: 'short' }).format(new Date(time)),
      say: failure => (failure instanceof Refusal ? words.problems[failure.code] : undefined) ?? words.problem,
    };
  }, [settings]);

  return <Context value={value}>{children}</Context>;
}

export function useSettings(): InUse {
  const settings = use(Context);
  if (!settings) {
    throw new Error('Outside of SettingsProvider.');
  }

  return settings;
}
