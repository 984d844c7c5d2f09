// Keeps the shell of the shop, so that it opens without a connection and says so. What the shop knows is never kept here.
const kept = 'shell';
const pages = /^\/($|search$|checkout$|orders($|\/)|account$|register$|c\/|p\/|drops\/)/;

self.addEventListener('install', event => {
  event.waitUntil(caches.open(kept).then(cache => cache.add('/')).then(() => self.skipWaiting()));
});

self.addEventListener('activate', event => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', event => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) {
    return;
  }

  if (request.mode === 'navigate' && pages.test(pathname)) {
    event.respondWith(fresh(request, '/'));
  } else if (pathname.startsWith('/storefront/assets/')) {
    event.respondWith(once(request));
  }
});

async function fresh(request, otherwise) {
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.headers.get('Content-Type')?.startsWith('text/html')) {
      const cache = await caches.open(kept);
      await cache.put(otherwise, answer.clone());
    }

    return answer;
  } catch {
    return await caches.match(otherwise) ?? Response.error();
  }
}

// Its name says what is in it: it never changes.
async function once(request) {
  const known = await caches.match(request);
  if (known) {
    return known;
  }

  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(kept);
    await cache.put(request, answer.clone());
  }

  return answer;
}
