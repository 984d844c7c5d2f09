import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Link, NavLink, Route, Routes, useLocation } from 'react-router';
import { onSignedOut, rolesOf, signIn, signOut, useIsSignedIn, wasSignedOut } from '../account';
import { Refusal } from '../api';
import { ComeBack } from '../parts/ComeBack';
import { Boundary } from '../parts/Boundary';
import { Loading } from '../parts/States';
import { SettingsProvider, useSettings } from '../settings';
import '../style.css';
import './console.css';
import { Accounts } from './Accounts';
import { CustomerDetail, Customers } from './Customers';
import { Drops } from './Drops';
import { Keys } from './Keys';
import { OrderDetail } from './OrderDetail';
import { Orders } from './Orders';
import { Overview } from './Overview';
import { ProductDetail } from './ProductDetail';
import { Products } from './Products';
import { PromotionDetail } from './PromotionDetail';
import { Promotions } from './Promotions';
import { Returns } from './Returns';
import { Settings } from './Settings';
import { Stock } from './Stock';
import { Stuck } from './Stuck';

/** What each role is shown. What it may do is decided by the server, whatever is shown. */
const shownTo = {
  Orders: ['support', 'merchandiser', 'warehouse', 'finance', 'administrator'],
  Returns: ['support', 'merchandiser', 'warehouse', 'finance', 'administrator'],
  Overview: ['support', 'merchandiser', 'warehouse', 'finance', 'administrator'],
  Products: ['support', 'merchandiser', 'warehouse', 'administrator'],
  Stock: ['support', 'merchandiser', 'warehouse', 'administrator'],
  Promotions: ['support', 'merchandiser', 'finance', 'administrator'],
  Drops: ['support', 'merchandiser', 'administrator'],
  Customers: ['support', 'administrator'],
  Settings: ['merchandiser', 'warehouse', 'finance', 'administrator'],
  Accounts: ['administrator'],
  Keys: ['administrator'],
  Stuck: ['administrator'],
};
const path = (area: string) => (area === 'Orders' ? '/' : `/${area.toLowerCase()}`);

const client = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      retry: (tries, failure) => tries < 3 && failure instanceof Refusal && failure.problem.retryable && (failure.code !== 'offline' || navigator.onLine),
    },
  },
});

function Console() {
  const isSignedIn = useIsSignedIn();
  const { words } = useSettings();
  const { pathname } = useLocation();
  const { data: roles, isPending } = useQuery({ queryKey: ['roles', isSignedIn], queryFn: rolesOf });
  if (pathname === '/signed-in') {
    return <main className="narrow"><ComeBack /></main>;
  }

  if (!isSignedIn || isPending) {
    return (
      <main className="narrow">
        <h1>Console</h1>
        {isSignedIn ? <Loading /> : (
          <>
            {wasSignedOut() && <p className="warning" role="alert">{words.problems.unauthenticated}</p>}
            <button type="button" className="button" onClick={() => void signIn(pathname)}>Sign in</button>
          </>
        )}
      </main>
    );
  }

  const areas = (Object.keys(shownTo) as (keyof typeof shownTo)[]).filter(area => shownTo[area].some(role => roles?.includes(role)));
  const only = (area: keyof typeof shownTo, page: ReactNode) => (areas.includes(area) ? page : <Nothing />);
  return (
    <>
      <a className="skip" href="#main">Skip to the content</a>
      <header className="console-top">
        <Link className="brand" to="/">Console</Link>
        <nav aria-label="Areas" className="categories">
          {areas.map(area => <NavLink key={area} to={path(area)} end={area === 'Orders'}>{area}</NavLink>)}
          {roles?.includes('administrator') && <a href="/dashboard">Silos</a>}
        </nav>
        <button type="button" className="quiet" onClick={() => void signOut()}>Sign out</button>
      </header>
      <main id="main">
        <Boundary>
          <Routes>
            <Route path="/" element={only('Orders', <Orders />)} />
            <Route path="/orders/:id" element={only('Orders', <OrderDetail />)} />
            <Route path="/returns" element={only('Returns', <Returns />)} />
            <Route path="/overview" element={only('Overview', <Overview isAdministrator={roles?.includes('administrator') ?? false} />)} />
            <Route path="/products" element={only('Products', <Products />)} />
            <Route path="/products/:id" element={only('Products', <ProductDetail key={pathname} />)} />
            <Route path="/promotions" element={only('Promotions', <Promotions />)} />
            <Route path="/promotions/:id" element={only('Promotions', <PromotionDetail key={pathname} />)} />
            <Route path="/customers" element={only('Customers', <Customers />)} />
            <Route path="/customers/:id" element={only('Customers', <CustomerDetail />)} />
            <Route path="/settings" element={only('Settings', <Settings />)} />
            <Route path="/keys" element={only('Keys', <Keys />)} />
            <Route path="/stock" element={only('Stock', <Stock />)} />
            <Route path="/drops" element={only('Drops', <Drops />)} />
            <Route path="/accounts" element={only('Accounts', <Accounts />)} />
            <Route path="/stuck" element={only('Stuck', <Stuck />)} />
            <Route path="*" element={<Nothing />} />
          </Routes>
        </Boundary>
      </main>
    </>
  );
}

function Nothing() {
  return <><h1>There is nothing here for you.</h1><p>Your account has no role that shows this page.</p></>;
}

// What he saw is not for whoever sits there now.
onSignedOut(() => void client.resetQueries());

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <SettingsProvider>
        <BrowserRouter basename="/admin">
          <Console />
        </BrowserRouter>
      </SettingsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
