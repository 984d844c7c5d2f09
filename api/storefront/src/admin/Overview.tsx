import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { shop, taken } from '../api';
import { Failed, Loading } from '../parts/States';
import { currencies, useSettings } from '../settings';
import { Bars } from './Bars';

const often = 10_000;
const spans = { 24: 'a day', 72: 'three days', 168: 'a week' } as const;

/** How the shop does: what is sold by the hour, what becomes of checkouts, what sells, how far the lists are behind. */
export function Overview({ isAdministrator }: { isAdministrator: boolean }) {
  const { sum, date } = useSettings();
  const [hours, look] = useState<keyof typeof spans>(24);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['sales', hours],
    queryFn: () => taken(shop.GET('/v1/admin/statistics/sales', { params: { query: { hours } } })),
    refetchInterval: often,
  });
  if (!data) {
    return isPending ? <Loading /> : <Failed isPage failure={error} retry={() => void refetch()} />;
  }

  const orders = data.hours.reduce((all, hour) => all + hour.orders, 0);
  const begun = data.hours.reduce((all, hour) => all + hour.checkouts_begun, 0);
  const revenue = (hour: (typeof data.hours)[number], currency: string) => Number(hour.revenue.find(each => each.currency === currency)?.amount ?? 0);
  return (
    <>
      <h1>Overview</h1>
      <div className="filters">
        <label>The last<select value={hours} onChange={event => look(Number(event.target.value) as keyof typeof spans)}>{Object.entries(spans).map(([value, name]) => <option key={value} value={value}>{name}</option>)}</select></label>
      </div>
      <p className="big">{orders} orders of {begun} checkouts{begun > 0 && `, ${Math.min(100, Math.round(100 * orders / begun))} %`}</p>
      <Bars title="Orders by the hour" bars={data.hours.map(hour => ({ name: date(hour.hour), value: hour.orders, shown: String(hour.orders) }))} />
      {currencies.filter(currency => data.hours.some(hour => revenue(hour, currency) > 0)).map(currency => (
        <Bars key={currency} title={`Revenue by the hour, ${currency}`} bars={data.hours.map(hour => ({
          name: date(hour.hour), value: revenue(hour, currency), shown: sum({ amount: revenue(hour, currency), currency }),
        }))} />
      ))}
      <Bars title="What sells" isFlat bars={data.best_sellers.map(sold => ({ name: sold.sku, value: Number(sold.units), shown: String(sold.units) }))} />
      {isAdministrator && <Readers />}
    </>
  );
}

function Readers() {
  const { data, error } = useQuery({
    queryKey: ['readers'], queryFn: () => taken(shop.GET('/v1/admin/statistics/readers')), refetchInterval: often,
  });
  return error ? <Failed failure={error} /> : data && (
    <Bars title="Seconds that lists are behind" isFlat bars={data.data.map(reader => ({ name: reader.reader, value: Number(reader.seconds), shown: Number(reader.seconds).toFixed(1) }))} />
  );
}
