import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, matchPath, Route, Routes } from 'react-router';
import { onSignedOut } from './account';
import { Refusal } from './api';
import { CartProvider } from './cart';
import { Missing } from './pages/Missing';
import { Products, productsOf, wantedAt } from './pages/Products';
import { Boundary } from './parts/Boundary';
import { Frame } from './parts/Frame';
import { Loading } from './parts/States';
import { SettingsProvider } from './settings';
import './style.css';

const ProductPage = lazy(() => import('./pages/ProductPage'));
const Checkout = lazy(() => import('./pages/Checkout'));
const OrderPage = lazy(() => import('./pages/OrderPage'));
const Account = lazy(() => import('./pages/Account'));
const SignedIn = lazy(() => import('./pages/SignedIn'));
const Register = lazy(() => import('./pages/Register'));
const Mailed = lazy(() => import('./pages/Mailed'));
const DropPage = lazy(() => import('./pages/DropPage'));
const PayReturn = lazy(() => import('./pages/PayReturn'));
const LookUp = lazy(() => import('./pages/LookUp'));

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

// A list is on its way while the page that shows it is made, which on a phone takes as long.
const list = ['/', '/search', '/c/:category'].map(path => matchPath(path, location.pathname)).find(found => found !== null);
if (list) {
  void client.prefetchInfiniteQuery(productsOf(wantedAt(list.params.category, new URLSearchParams(location.search))));
}

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
                    <Route path="/" element={<Products />} />
                    <Route path="/c/:category" element={<Products />} />
                    <Route path="/search" element={<Products />} />
                    <Route path="/p/:handle" element={<ProductPage />} />
                    <Route path="/checkout" element={<Checkout />} />
                    <Route path="/pay/return" element={<PayReturn />} />
                    <Route path="/orders" element={<LookUp />} />
                    <Route path="/orders/:id" element={<OrderPage />} />
                    <Route path="/drops/:id" element={<DropPage />} />
                    <Route path="/account" element={<Account />} />
                    <Route path="/register" element={<Register />} />
                    <Route path="/signed-in" element={<SignedIn />} />
                    <Route path="/verify-email" element={<Mailed what="verify" />} />
                    <Route path="/reset-password" element={<Mailed what="reset" />} />
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
  void navigator.serviceWorker.register('/storefront/shop-worker.js', { scope: '/' });
}
