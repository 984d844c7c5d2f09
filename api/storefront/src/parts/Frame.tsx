import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { Link, NavLink, useLocation, useNavigate, useSearchParams } from 'react-router';
import { shop, taken } from '../api';
import { useCart } from '../cart';
import { currencies, languages, looks, useSettings, type Currency, type Language } from '../settings';
import { CartDrawer } from './CartDrawer';

// Letters from which on there is something to suggest, and how long nobody types before it is asked for.
const suggestedFrom = 2;
const pause = 200;

/** What stands around every page. */
export function Frame({ children }: { children: ReactNode }) {
  const { words } = useSettings();
  const { cart, open } = useCart();
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const count = cart?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0;

  // Another page begins at its top, also for those who do not see it.
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }

    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  return (
    <>
      <a className="skip" href="#main">{words.skip}</a>
      <header className="top">
        <Link className="brand" to="/">{words.name}</Link>
        <Search />
        <button type="button" className="quiet cart-button" aria-label={words.cartWith(count)} onClick={() => open(true)}>
          {words.cart} {count > 0 && <span className="count">{count}</span>}
        </button>
        <Categories />
      </header>
      <main id="main" ref={main} tabIndex={-1}>{children}</main>
      <footer className="bottom">
        <Link to="/account">{words.account}</Link>
        <Link to="/orders">{words.lookUp}</Link>
        <Choices />
      </footer>
      <CartDrawer />
    </>
  );
}

function Search() {
  const { words } = useSettings();
  const go = useNavigate();
  const [query] = useSearchParams();
  const [typed, type] = useState('');
  const later = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { data: found } = useQuery({
    queryKey: ['suggestions', typed],
    queryFn: () => taken(shop.GET('/v1/products', { params: { query: { q: typed, limit: 6 } } })),
    enabled: typed.length >= suggestedFrom,
    staleTime: 60_000,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const q = new FormData(event.currentTarget).get('q')?.toString().trim();
    if (q) {
      void go(`/search?q=${encodeURIComponent(q)}`);
    }
  };

  return (
    <form role="search" className="search" onSubmit={submit}>
      <input key={query.get('q')} type="search" name="q" list="suggestions" autoComplete="off" defaultValue={query.get('q') ?? ''} onInput={event => {
        const text = event.currentTarget.value.trim();
        clearTimeout(later.current);
        later.current = setTimeout(() => type(text), pause);
      }} aria-label={words.searchFor} placeholder={words.searchFor} maxLength={200} />
      <datalist id="suggestions">{found?.data.map(product => <option key={product.id} value={product.title} />)}</datalist>
      <button className="quiet">{words.search}</button>
    </form>
  );
}

function Categories() {
  const { words } = useSettings();
  const { data } = useQuery({ queryKey: ['categories'], queryFn: () => taken(shop.GET('/v1/categories')) });
  return (
    <nav className="categories" aria-label={words.menu}>
      <NavLink to="/" end>{words.all}</NavLink>
      {data?.data.filter(category => !category.parent).map(category => (
        <NavLink key={category.handle} to={`/c/${category.handle}`}>{category.title}</NavLink>
      ))}
    </nav>
  );
}

function Choices() {
  const { words, language, currency, look, change } = useSettings();
  return (
    <div className="choices">
      <label>{words.language}{' '}
        <select value={language} onChange={event => change({ language: event.target.value as Language })}>
          {Object.entries(languages).map(([each, { itself }]) => <option key={each} value={each}>{itself}</option>)}
        </select>
      </label>
      <label>{words.currency}{' '}
        <select value={currency} onChange={event => change({ currency: event.target.value as Currency })}>
          {currencies.map(each => <option key={each}>{each}</option>)}
        </select>
      </label>
      <label>{words.look}{' '}
        <select value={look} onChange={event => change({ look: event.target.value as (typeof looks)[number] })}>
          {looks.map(each => <option key={each} value={each}>{words.looks[each]}</option>)}
        </select>
      </label>
    </div>
  );
}
