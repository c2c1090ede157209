// Keeps the page's own files, so that it opens without a network. The newest ones come from the network where there is
// one. The runtime and the model are large: worker.js keeps those, and knows when a kept one is still right.

const CACHE = 'teachlens-page';
const WITHIN = 4000; // milliseconds for the network, where a file is kept
const FILES = [
  './',
  'answer.js',
  'camera.js',
  'icon.svg',
  'manifest.webmanifest',
  'page.js',
  'pictures.js',
  'prepare.js',
  'recognise.json',
  'recogniser.js',
  'style.css',
  'words.js',
  'worker.js',
].map((name) => new URL(name, location.href).href);

const keepAll = async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES.map((url) => new Request(url, { cache: 'no-cache' })));
};

async function newest(request, url) {
  const cache = await caches.open(CACHE);
  const coming = fetch(request, { cache: 'no-cache' }).then(async (response) => {
    if (response.ok && !response.redirected) await cache.put(url, response.clone());
    return response;
  });
  const kept = await cache.match(url);
  if (!kept) return coming;
  const late = new Promise((resolve) => setTimeout(resolve, WITHIN, kept));
  const fallback = coming.then((response) => (response.status < 500 ? response : kept)).catch(() => kept);
  return Promise.race([fallback, late]);
}

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(keepAll());
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.search = url.hash = '';
  if (url.href === new URL('index.html', location.href).href) url.href = FILES[0];
  if (request.method === 'GET' && FILES.includes(url.href)) event.respondWith(newest(request, url.href));
});
