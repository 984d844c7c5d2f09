// How many decimals the API's amounts have: ISO 4217's, which is not how people write all of them (CLDR).
const without = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(' ');
const three = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');

export const digitsOf = (currency: string) => (without.includes(currency) ? 0 : three.includes(currency) ? 3 : 2);

/** A sum that was typed, as the API has it: whole numbers of the smallest unit. */
export const minorUnits = (text: string, currency: string) => Math.round(Number(text) * 10 ** digitsOf(currency));

/** A sum of the API as it is typed. */
export const majorUnits = ({ amount, currency }: { amount: number | string; currency: string }) =>
  (Number(amount) / 10 ** digitsOf(currency)).toFixed(digitsOf(currency));

/** The form of a sum that can be typed, for an input's pattern. */
export const written = (currency: string) => (digitsOf(currency) === 0 ? '[0-9]+' : `[0-9]+(\\.[0-9]{1,${digitsOf(currency)}})?`);
