'use strict';
// Answers for the site where the link does not. Pages come from the site while it answers in time,
// and as they were kept where it does not; files whose address names their content come from what
// is kept. Nothing is kept here that its reader did not ask for, and no answer to what was sent.

importScripts('/static/js/offline/shelf.js');

const PATIENCE = 4000;
const AWAY = '/offline';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === 'POST') {
    if (address.pathname === '/account/sign-out') event.respondWith(leave(request));
    else if (address.pathname === '/account/deletion') event.respondWith(vanish(request));
    else if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => away('sent')));
  } else if (request.method !== 'GET' || request.headers.has('Range')) {
    // A video in parts is not for us.
  } else if (request.mode === 'navigate') {
    event.respondWith(turnTo(event, address));
  } else if (address.pathname.startsWith('/static/') || (address.pathname.startsWith('/versions/') && request.destination === 'image')) {
    event.respondWith(file(request, address));
  }
});

/** Whoever signs out leaves nothing of theirs behind, also when the site cannot be told. */
async function leave(request) {
  const told = await away('left');
  await Shelf.clear();
  return fetch(request).catch(() => told);
}

/** With an account that is gone goes what it kept; a refusal is a page and no redirect. */
async function vanish(request) {
  try {
    const answer = await fetch(request);
    if (answer.type === 'opaqueredirect') await Shelf.clear();
    return answer;
  } catch {
    return away('sent');
  }
}

async function file(request, address) {
  if (address.searchParams.has('v') || address.pathname.startsWith('/versions/')) {
    const found = await caches.match(request.url);
    if (found) return found;
  }
  try {
    return await fetch(request);
  } catch (error) {
    // A module names its neighbours without saying which of their states.
    const found = await caches.match(request.url, { ignoreSearch: true });
    if (found) return found;
    throw error;
  }
}

async function turnTo(event, address) {
  const kept = await Shelf.page(address.pathname);
  const asked = fetch(event.request);
  event.waitUntil(asked.then((answer) => learn(answer.clone(), address, kept)).catch(() => {}));
  if (!kept) return asked.catch(() => away('page'));
  const waited = new Promise((done) => { setTimeout(done, PATIENCE, null); });
  const answer = await Promise.race([asked, waited]).catch(() => null);
  return answer && answer.status < 502 ? answer : shown(kept);
}

/** Who is signed in, and the newest state of a page that is kept. */
async function learn(answer, address, kept) {
  const tag = answer.headers.get('Jazari-Reader');
  if (!tag) return;
  await Shelf.met(tag);
  if (kept && kept.course.reader === tag && answer.status === 200 && !address.search) {
    const cache = await caches.open(kept.course.cache);
    await cache.put(address.pathname, answer);
  }
}

/** A page as it was kept, which says so. */
async function shown({ found, course }) {
  const at = new Date(found.headers.get('Date') || course.at);
  const isToday = at.toDateString() === new Date().toDateString();
  const day = isToday ? {} : { day: 'numeric', month: 'long' };
  // Digits as everywhere on the site.
  const written = new Intl.DateTimeFormat(`${course.language}-u-nu-latn`, { ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
  const notice = course.notice.replace('{time}', `<time datetime="${at.toISOString()}">${written}</time>`);
  const text = await found.text();
  return page(text.replace('<main id="main" tabindex="-1">', (main) => main + notice), found.headers);
}

function page(text, from, status = 200) {
  const headers = new Headers(from);
  for (const name of ['Content-Encoding', 'Content-Length', 'ETag']) headers.delete(name);
  headers.set('Cache-Control', 'no-store');
  return new Response(text, { status, headers });
}

/** The page that says what is there without a link; `why` is 'page', 'sent' or 'left'. */
async function away(why) {
  const found = await caches.match(AWAY);
  if (!found) return Response.error();
  const text = await found.text();
  return page(text.replace('data-why=""', `data-why="${why}"`), found.headers, 503);
}
