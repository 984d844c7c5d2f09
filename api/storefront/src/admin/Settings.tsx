import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { shop, taken } from '../api';
import { Failed, Loading } from '../parts/States';
import type { components } from '../schema';
import { Amounts } from './Amounts';
import { Act } from './lists';
import { bare, put, row, without, type Row } from './rows';

type Zone = components['schemas']['ShippingZone'];
type Rate = Zone['rates'][number];
type Table = components['schemas']['TaxTable'];

/** Taxes and shipping: what every price is reckoned with. */
export function Settings() {
  return (
    <>
      <h1>Settings</h1>
      <Taxes />
      <Shipping />
    </>
  );
}

function Taxes() {
  const [country, choose] = useState('GB');
  const { data, error } = useQuery({
    queryKey: ['taxes', country],
    queryFn: () => taken(shop.GET('/v1/admin/tax-tables/{country}', { params: { path: { country } } })),
    staleTime: 0,
  });
  return (
    <section className="panel" aria-labelledby="taxes">
      <h2 id="taxes">Taxes</h2>
      <form role="search" className="inline filters" aria-label="Taxes of a country" onSubmit={event => {
        event.preventDefault();
        choose(String(new FormData(event.currentTarget).get('country')).trim().toUpperCase());
      }}>
        <label>Country<input name="country" required pattern="[A-Za-z]{2}" defaultValue={country} /></label>
        <button className="quiet">Show</button>
      </form>
      {error && <Failed failure={error} />}
      {data && <TaxTable key={`${country} ${JSON.stringify(data)}`} country={country} of={data} />}
    </section>
  );
}

function TaxTable({ country, of }: { country: string; of: Table }) {
  const client = useQueryClient();
  const [rates, set] = useState(() => Object.entries(of.rates).map(([name, rate]) => row({ name, percent: percent(rate) })));
  return (
    <Act label={`Save the taxes of ${country}`} keeps act={fields => taken(shop.PUT('/v1/admin/tax-tables/{country}', {
      params: { path: { country } },
      body: {
        ...of, name: fields.tax_name || null, shipping_class: fields.shipping_class || null,
        rates: Object.fromEntries(rates.map(rate => [rate.name, Math.round(Number(rate.percent) * 10_000) / 1_000_000])),
      },
    })).then(saved => client.setQueryData(['taxes', country], saved))}>
      <label>What it is called<input name="tax_name" maxLength={64} defaultValue={of.name ?? ''} /></label>
      <label>Class of shipping<input name="shipping_class" maxLength={64} defaultValue={of.shipping_class ?? ''} /></label>
      {rates.map((rate, at) => (
        <fieldset key={rate.row} className="inline">
          <legend>Class {at + 1}</legend>
          <label>Name<input required maxLength={64} value={rate.name} onChange={event => set(put(rates, { ...rate, name: event.target.value }))} /></label>
          <label>Percent<input required inputMode="decimal" pattern="[0-9]+(\.[0-9]{1,4})?" value={rate.percent} onChange={event => set(put(rates, { ...rate, percent: event.target.value }))} /></label>
          <button type="button" className="quiet" onClick={() => set(without(rates, rate))}>Remove class {at + 1}</button>
        </fieldset>
      ))}
      <button type="button" className="quiet" onClick={() => set([...rates, row({ name: '', percent: '' })])}>Add a class</button>
      {of.zones && of.zones.length > 0 && <p className="small">{of.zones.length} places with taxes of their own, as they were given by the API, stay as they are.</p>}
    </Act>
  );
}

// Written without the tail that binary fractions have.
const percent = (rate: number) => String(Math.round(rate * 1_000_000) / 10_000);

function Shipping() {
  const { data, error, isPending } = useQuery({
    queryKey: ['zones'], queryFn: () => taken(shop.GET('/v1/admin/shipping-zones')), staleTime: 0,
  });
  return (
    <section className="panel" aria-labelledby="shipping">
      <h2 id="shipping">Shipping</h2>
      {error && <Failed failure={error} />}
      {isPending ? <Loading /> : data && <Zones key={JSON.stringify(data)} of={data.data} />}
    </section>
  );
}

function Zones({ of }: { of: readonly Zone[] }) {
  const client = useQueryClient();
  const [zones, set] = useState(() => of.map(zone => row({ ...zone, rates: zone.rates.map(row) })));
  const edit = (zone: (typeof zones)[number], part: Partial<(typeof zones)[number]>) => set(put(zones, { ...zone, ...part }));
  return (
    <Act label="Save the zones" keeps className="editor" act={() => taken(shop.PUT('/v1/admin/shipping-zones', { body: { data: zones.map(zone => ({ ...bare<Zone>(zone), rates: zone.rates.map(bare) })) } }))
      .then(saved => client.setQueryData(['zones'], saved))}>
      <p className="small">The first zone that names the country counts; * names all.</p>
      {zones.map((zone, at) => (
        <fieldset key={zone.row} className="panel">
          <legend>Zone {at + 1}</legend>
          <div className="inline">
            <label>Name of zone {at + 1}<input required maxLength={100} value={zone.name} onChange={event => edit(zone, { name: event.target.value })} /></label>
            <label>Countries of zone {at + 1}<input required defaultValue={zone.countries.join(', ')} onChange={event => edit(zone, { countries: event.target.value.split(',').map(text => text.trim().toUpperCase()).filter(Boolean) })} /></label>
            <button type="button" className="quiet" onClick={() => set(without(zones, zone))}>Remove zone {at + 1}</button>
          </div>
          {zone.rates.map(each => {
            const change = (part: Partial<Rate>) => edit(zone, { rates: put(zone.rates, { ...each, ...part }) });
            return (
            <fieldset key={each.row} className="inline">
              <legend>{each.title || 'A new way'}</legend>
              <label>Id<input required maxLength={64} value={each.id} onChange={event => change({ id: event.target.value })} /></label>
              <label>Title<input required maxLength={100} value={each.title} onChange={event => change({ title: event.target.value })} /></label>
              <Amounts label="Price" value={each.prices} change={prices => change({ prices })} />
              <Amounts label="Free from" value={each.free_from} change={free_from => change({ free_from })} />
              <label>Days, least<input type="number" min={0} required value={each.days_min} onChange={event => change({ days_min: Number(event.target.value) })} /></label>
              <label>Days, most<input type="number" min={0} required value={each.days_max} onChange={event => change({ days_max: Number(event.target.value) })} /></label>
              <button type="button" className="quiet" onClick={() => edit(zone, { rates: without(zone.rates, each) })}>Remove {each.title || 'the new way'}</button>
            </fieldset>
            );
          })}
          <button type="button" className="quiet" onClick={() => edit(zone, { rates: [...zone.rates, row<Rate>({ id: '', title: '', prices: [], free_from: [], days_min: 1, days_max: 3 })] })}>Add a way to zone {at + 1}</button>
        </fieldset>
      ))}
      <button type="button" className="quiet" onClick={() => set([...zones, row({ name: '', countries: [], rates: [] as Row<Rate>[] })])}>Add a zone</button>
    </Act>
  );
}
