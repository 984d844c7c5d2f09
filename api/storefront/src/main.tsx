import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode, Suspense, type ComponentType } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, matchPath, Route, Routes, type Params } from 'react-router';
import { onSignedOut } from './account';
import { Refusal } from './api';
import { CartProvider } from './cart';
import { Missing } from './pages/Missing';
import ProductPage from './pages/ProductPage';
import { Products } from './pages/Products';
import { Boundary } from './parts/Boundary';
import { Frame } from './parts/Frame';
import { isOurs } from './parts/Picture';
import { Loading } from './parts/States';
import { orderOf, productOf, productsOf, wantedAt } from './queries';
import { SettingsProvider } from './settings';
import './style.css';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // Who has no connection is told so at once, and not made to wait for one; where there is one, it was but this request.
      networkMode: 'always',
      // What was refused is refused again; what failed may work the next time.
      retry: (tries, failure) => tries < 3 && failure instanceof Refusal && failure.problem.retryable && (failure.code !== 'offline' || navigator.onLine),
    },
  },
});

// What he saw is not for whoever sits there now.
onSignedOut(() => void client.resetQueries());

interface Page {
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** Asks for what it shows. */
  ask?: (at: Params) => Promise<void>;
}

const list = async (at: Params) => {
  const wanted = productsOf(wantedAt(at.category, new URLSearchParams(location.search)));
  await client.prefetchInfiniteQuery(wanted);

  // The first pictures come while the page is drawn. Which width of the shop's own is wanted, the page knows.
  for (const { images: [image] } of client.getQueryData(wanted.queryKey)?.pages[0]?.data.slice(0, 4) ?? []) {
    if (image && !isOurs(image.url)) {
      new Image().src = image.url;
    }
  }
};
const here = (Page: ComponentType) => () => Promise.resolve({ default: Page });
const mailed = (what: 'verify' | 'reset') => () => import('./pages/Mailed').then(({ default: Mailed }) => ({ default: () => <Mailed what={what} /> }));
const pages: Page[] = [
  { path: '/', load: here(Products), ask: list },
  { path: '/c/:category', load: here(Products), ask: list },
  { path: '/search', load: here(Products), ask: list },
  { path: '/p/:handle', load: here(ProductPage), ask: at => client.prefetchQuery(productOf(at.handle!)) },
  { path: '/checkout', load: () => import('./pages/Checkout') },
  { path: '/pay/return', load: () => import('./pages/PayReturn') },
  { path: '/orders', load: () => import('./pages/LookUp') },
  { path: '/orders/:id', load: () => import('./pages/OrderPage'), ask: at => client.prefetchQuery(orderOf(at.id!)) },
  { path: '/drops/:id', load: () => import('./pages/DropPage') },
  { path: '/account', load: () => import('./pages/Account') },
  { path: '/register', load: () => import('./pages/Register') },
  { path: '/signed-in', load: () => import('./pages/SignedIn') },
  { path: '/verify-email', load: mailed('verify') },
  { path: '/reset-password', load: mailed('reset') },
];

// The first page and what it shows come together where they are there soon: a phone that draws an empty frame first is later
// done with both. Whatever fails is told by the page.
const first = pages.find(page => matchPath(page.path, location.pathname));
const shown = first?.load().catch(() => undefined);
await Promise.race([
  Promise.all([shown, first?.ask?.(matchPath(first.path, location.pathname)!.params)]),
  new Promise(soon => setTimeout(soon, 200)),
]);
const loaded = await Promise.race([shown, undefined]);
const routes = pages.map(page => ({ path: page.path, Shown: page === first && loaded ? loaded.default : lazy(page.load) }));

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <SettingsProvider>
        <BrowserRouter>
          <CartProvider>
            <Frame>
              <Boundary>
                <Suspense fallback={<Loading />}>
                  <Routes>
                    {routes.map(({ path, Shown }) => <Route key={path} path={path} element={<Shown />} />)}
                    <Route path="*" element={<Missing />} />
                  </Routes>
                </Suspense>
              </Boundary>
            </Frame>
          </CartProvider>
        </BrowserRouter>
      </SettingsProvider>
    </QueryClientProvider>
  </StrictMode>,
);

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  // Nothing that is seen waits for it: after the first frame.
  requestAnimationFrame(() => setTimeout(() => void navigator.serviceWorker.register('/storefront/shop-worker.js', { scope: '/' })));
}
