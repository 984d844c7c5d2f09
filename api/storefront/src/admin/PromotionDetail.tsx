import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { refusal, shop, taken } from '../api';
import { majorUnits, minorUnits } from '../money';
import { Failed, Loading } from '../parts/States';
import type { components } from '../schema';
import { currencies, useSettings } from '../settings';
import { Amounts } from './Amounts';
import { Act, Meanwhile } from './lists';
import { words } from './Orders';
import { bare, put, row, without, type Row } from './rows';

type View = components['schemas']['PromotionView'];
type Draft = components['schemas']['PromotionDefinition'];
type Lines = components['schemas']['LineSelection'];

const kinds = ['percentage', 'fixed_amount', 'fixed_price', 'buy_x_get_y', 'free_shipping', 'tiered_spend'] as const;
const blank: Draft = { title: '', status: 'paused', priority: 100, stacking: 'stack', action: { kind: 'percentage', percent: 10 } };

/** One promotion, to be changed as a whole. */
export function PromotionDetail() {
  const { id = 'new' } = useParams();
  const [begun, begin] = useState(0);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['promotion', id],
    queryFn: () => taken(shop.GET('/v1/admin/promotions/{promotionId}', { params: { path: { promotionId: id } } })),
    enabled: id !== 'new',
    staleTime: 0,
  });
  return id === 'new' ? <Editor of={blank} />
    : isPending ? <Loading />
    : !data ? <Failed isPage failure={error} retry={() => void refetch()} />
    : <Editor key={`${data.id} ${begun}`} known={data} of={data} anew={() => begin(begun + 1)} />;
}

const draftOf = (of: Draft): Draft => ({
  title: of.title, code: of.code, status: of.status, priority: of.priority, stacking: of.stacking, group: of.group,
  action: of.action, conditions: of.conditions, limits: of.limits,
});

function Editor({ known, of, anew }: { known?: View; of: Draft; anew?(): void }) {
  const { sum } = useSettings();
  const go = useNavigate();
  const client = useQueryClient();
  const [begun] = useState(() => draftOf(of));
  const [draft, set] = useState(begun);

  // Each use of it makes it a newer version; what is edited here is what it says.
  const isSame = (now: Draft) => JSON.stringify(draftOf(now)) === JSON.stringify(begun);
  const isOld = !isSame(of);
  useEffect(() => {
    // Nothing was typed that could be lost.
    if (isOld && draft === begun) {
      anew?.();
    }
  }, [isOld, draft, begun, anew]);
  const change = (part: Partial<Draft>) => set(now => ({ ...now, ...part }));
  const act = (part: Partial<Draft['action']>) => change({ action: { ...draft.action, ...part } });
  const when = (part: Partial<NonNullable<Draft['conditions']>>) => change({ conditions: { first_order: false, ...draft.conditions, ...part } });
  const limit = (part: Partial<NonNullable<Draft['limits']>>) => change({ limits: { ...draft.limits, ...part } });
  const save = async (_: unknown, key: string) => {
    const path = known && { promotionId: known.id };
    const now = path && await taken(shop.GET('/v1/admin/promotions/{promotionId}', { params: { path } }));
    if (now && !isSame(now)) {
      client.setQueryData(['promotion', now.id], now);
      throw refusal('version_mismatch', { detail: 'Somebody else has changed it meanwhile.' });
    }

    const saved = path
      ? await taken(shop.PUT('/v1/admin/promotions/{promotionId}', {
        params: { path, header: { 'Idempotency-Key': key, 'If-Match': `"${now!.version}"` } }, body: draft,
      }))
      : await taken(shop.POST('/v1/admin/promotions', { params: { header: { 'Idempotency-Key': key } }, body: draft }));
    client.setQueryData(['promotion', saved.id], saved);
    anew?.();
    await client.invalidateQueries({ queryKey: ['promotions'] });
    if (!known) {
      void go(`/promotions/${saved.id}`, { replace: true });
    }
  };
  const { kind } = draft.action;
  const has = (...wanted: string[]) => wanted.includes(kind);

  return (
    <>
      <h1>{known ? of.title : 'A new promotion'}</h1>
      {known && <p>Used {String(known.usage.used)} times, promised to {known.usage.reserved} checkouts; it has cost {known.usage.spent.map(sum).join(', ') || 'nothing'}.</p>}
      {isOld && anew && <Meanwhile anew={anew} />}
      <Act label="Save" className="editor" keeps act={save}>
        <section className="panel">
          <h2>What it is</h2>
          <label>Title<input required maxLength={200} value={draft.title} onChange={event => change({ title: event.target.value })} /></label>
          <label>Code, empty: applies by itself<input maxLength={64} value={draft.code ?? ''} onChange={event => change({ code: event.target.value || null })} /></label>
          <label>Status<select value={draft.status} onChange={event => change({ status: event.target.value as Draft['status'] })}><option>active</option><option>paused</option></select></label>
          <label>Priority, lowest first<NumberInput min={0} max={9_999} value={draft.priority} change={priority => change({ priority: priority ?? 100 })} /></label>
          <label>What else may apply
            <select value={draft.stacking} onChange={event => change({ stacking: event.target.value as Draft['stacking'] })}>
              <option value="stack">anything</option><option value="stop">nothing after it</option><option value="exclusive">nothing at all</option>
            </select>
          </label>
          <label>Best-of group<input maxLength={64} pattern="[a-z0-9\-]+" value={draft.group ?? ''} onChange={event => change({ group: event.target.value || null })} /></label>
        </section>
        <section className="panel">
          <h2>What it takes off</h2>
          <label>Kind<select value={kind} onChange={event => change({ action: { kind: event.target.value as typeof kind } })}>{kinds.map(each => <option key={each} value={each}>{words(each)}</option>)}</select></label>
          {has('percentage', 'buy_x_get_y') && <label>Percent<NumberInput min={0} max={100} step="any" value={draft.action.percent} change={percent => act({ percent })} /></label>}
          {has('fixed_amount', 'fixed_price') && <Amounts key={kind} label={has('fixed_price') ? 'A unit costs' : 'Taken off'} value={draft.action.amounts ?? []} change={amounts => act({ amounts })} />}
          {has('fixed_amount') && <label><input type="checkbox" checked={draft.action.each_unit ?? false} onChange={event => act({ each_unit: event.target.checked })} /> off each unit</label>}
          {has('buy_x_get_y') && (
            <>
              <label>Buy<NumberInput min={1} value={draft.action.buy} change={buy => act({ buy })} /></label>
              <label>Get<NumberInput min={1} value={draft.action.get} change={get => act({ get })} /></label>
              <label>At most so often in a cart<NumberInput min={1} value={draft.action.times_max} change={times_max => act({ times_max })} /></label>
            </>
          )}
          {has('tiered_spend') && <Tiers value={draft.action.tiers ?? []} change={tiers => act({ tiers })} />}
          {!has('free_shipping', 'tiered_spend') && <Selection label="Only" value={draft.action.lines} change={lines => act({ lines })} />}
        </section>
        <section className="panel">
          <h2>When</h2>
          <label>From<Time value={draft.conditions?.starts_at} change={starts_at => when({ starts_at })} /></label>
          <label>Until<Time value={draft.conditions?.ends_at} change={ends_at => when({ ends_at })} /></label>
          <Amounts label="Goods for at least" value={draft.conditions?.subtotal_min ?? []} change={subtotal_min => when({ subtotal_min: subtotal_min.length > 0 ? subtotal_min : null })} />
          <label>Units at least<NumberInput min={1} value={draft.conditions?.units_min} change={units_min => when({ units_min })} /></label>
          <label>Customer groups, with commas<List value={draft.conditions?.customer_groups} change={customer_groups => when({ customer_groups })} /></label>
          <label><input type="checkbox" checked={draft.conditions?.first_order ?? false} onChange={event => when({ first_order: event.target.checked })} /> only on a first order</label>
          <Selection label="Looking only at" value={draft.conditions?.lines} change={lines => when({ lines })} />
        </section>
        <section className="panel">
          <h2>How often</h2>
          <label>Uses by all<NumberInput min={1} value={draft.limits?.uses_max} change={uses_max => limit({ uses_max })} /></label>
          <label>Uses by one customer<NumberInput min={1} max={1_000} value={draft.limits?.uses_per_customer_max} change={uses_per_customer_max => limit({ uses_per_customer_max })} /></label>
          <Amounts label="Costs at most" value={draft.limits?.budget ?? []} change={budget => limit({ budget: budget.length > 0 ? budget : null })} />
        </section>
      </Act>
    </>
  );
}

function NumberInput({ value, change, ...rest }: { value: number | string | null | undefined; change(value: number | null): void; min?: number; max?: number; step?: string }) {
  return <input type="number" {...rest} value={value ?? ''} onChange={event => change(event.target.value === '' ? null : Number(event.target.value))} />;
}

/** A moment, as it is on the clock of whoever looks. */
function Time({ value, change }: { value: string | null | undefined; change(value: string | null): void }) {
  const local = value ? new Date(new Date(value).getTime() - new Date(value).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : '';
  return <input type="datetime-local" value={local} onChange={event => change(event.target.value ? new Date(event.target.value).toISOString() : null)} />;
}

function List({ value, change }: { value: string[] | null | undefined; change(value: string[] | null): void }) {
  const [text, type] = useState(value?.join(', ') ?? '');
  return (
    <input value={text} onChange={event => {
      type(event.target.value);
      const all = event.target.value.split(',').map(word => word.trim()).filter(Boolean);
      change(all.length > 0 ? all : null);
    }} />
  );
}

/** Some lines of a cart; nothing named: all of them. */
function Selection({ label, value, change }: { label: string; value: Lines | null | undefined; change(value: Lines | null): void }) {
  const edit = (part: Partial<Lines>) => {
    const now = { ...value, ...part };
    change(now.skus ?? now.categories ?? now.products ? now : null);
  };
  return (
    <>
      <label>{label} SKUs, with commas<List value={value?.skus} change={skus => edit({ skus })} /></label>
      <label>{label} categories, with commas<List value={value?.categories} change={categories => edit({ categories })} /></label>
    </>
  );
}

type Tier = components['schemas']['SpendTier'];

function Tiers({ value, change }: { value: readonly Tier[]; change(value: Tier[]): void }) {
  const [tiers, set] = useState(() => value.map(row));
  const take = (now: Row<Tier>[]) => {
    set(now);
    change(now.map(bare));
  };
  return (
    <>
      {tiers.map((tier, at) => (
        <fieldset key={tier.row} className="inline">
          <legend>Step {at + 1}</legend>
          <label>Goods from<NumberInput min={0} step="any" value={majorUnits(tier.from)} change={amount => take(put(tiers, { ...tier, from: { ...tier.from, amount: minorUnits(String(amount ?? 0), tier.from.currency) } }))} /></label>
          <label>In<select value={tier.from.currency} onChange={event => take(put(tiers, { ...tier, from: { ...tier.from, currency: event.target.value } }))}>{currencies.map(currency => <option key={currency}>{currency}</option>)}</select></label>
          <label>Percent off<NumberInput min={0} max={100} step="any" value={tier.percent} change={percent => take(put(tiers, { ...tier, percent }))} /></label>
          <button type="button" className="quiet" onClick={() => take(without(tiers, tier))}>Remove step {at + 1}</button>
        </fieldset>
      ))}
      <button type="button" className="quiet" onClick={() => take([...tiers, row<Tier>({ from: { amount: 0, currency: 'GBP' }, percent: 10 })])}>Add a step</button>
    </>
  );
}
