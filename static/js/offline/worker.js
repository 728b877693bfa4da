'use strict';
// Answers for the site where the link does not. Pages come from the site while it answers in time,
// and as they were kept where it does not; files whose address names their content come from what
// is kept. Nothing is kept here that its reader did not ask for, and no answer to what was sent.

importScripts('/static/js/offline/shelf.js', '/static/js/offline/queue.js');

const PATIENCE = 4000;
// So long after the last save of a notebook is its page kept anew.
const QUIET = 5000;
const AWAY = '/offline';
const later = (wait) => new Promise((done) => { setTimeout(done, wait, null); });
// Deeds that may be sent again without being done again: done, note, bookmark, answers of a quiz.
const DEEDS = /^\/learn\/[^/]+\/(lessons\/[^/]+(\/note|\/bookmarks)?|quizzes\/[^/]+\/attempts\/\d+\/answers)$/;
// Of these the last one says all.
const WHOLE = /\/(note|answers)$/;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === 'POST') {
    if (address.pathname === '/account/sign-out') event.respondWith(leave(request));
    else if (address.pathname === '/account/deletion') event.respondWith(vanish(request));
    else if (DEEDS.test(address.pathname)) event.respondWith(deed(request, address.pathname));
    else if (address.pathname.endsWith('/draft')) event.waitUntil(renew(address.pathname.slice(0, -'/draft'.length)));
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
  await Promise.race([send(), later(PATIENCE)]);
  await Queue.forgetKeys();
  await Shelf.clear();
  return fetch(request).catch(() => told);
}

/** With an account that is gone goes what it kept; a refusal is a page and no redirect. */
async function vanish(request) {
  try {
    const answer = await fetch(request);
    if (answer.type === 'opaqueredirect') await Promise.all([Shelf.clear(), Queue.forgetKeys()]);
    return answer;
  } catch {
    return away('sent');
  }
}

const renewing = new Map();

/** A kept notebook is kept anew a while after it was saved, so that nobody goes on from an older one. */
async function renew(path) {
  const turn = (renewing.get(path) || 0) + 1;
  renewing.set(path, turn);
  await later(QUIET);
  if (renewing.get(path) !== turn) return;
  const kept = await Shelf.page(path);
  if (!kept) return;
  const answer = await fetch(path, { redirect: 'error', cache: 'no-store' }).catch(() => null);
  if (answer) await learn(answer, new URL(path, self.location.origin), kept);
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
  // A page shows what was done before it.
  if (kept && (await toSend(kept.course.reader)).length) await Promise.race([send(), later(PATIENCE)]);
  const asked = fetch(event.request);
  event.waitUntil(asked.then((answer) => learn(answer.clone(), address, kept)).catch(() => {}));
  if (!kept) return asked.catch(() => away('page'));
  const answer = await Promise.race([asked, later(PATIENCE)]).catch(() => null);
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
  if ((await Shelf.courses()).length) await send();
}

// ---- what is done without a link ----

const homeOf = (path) => path.split('/').slice(0, 3).join('/');

/** Send a deed, or keep it until it can be sent; none overtakes those before it. */
async function deed(request, path) {
  const kept = await Shelf.page(homeOf(path));
  if (!kept) return fetch(request).catch(() => away('sent'));
  const { reader } = kept.course;
  const fields = Object.fromEntries([...(await request.clone().formData())].filter(([name]) => name !== 'csrf_token'));
  const isPage = request.mode === 'navigate';
  await send();
  if (!(await toSend(reader)).length) {
    try {
      return await fetch(request);
    } catch { /* Then it waits. */ }
  }
  if (WHOLE.test(path)) {
    for (const each of await Queue.list(reader)) if (each.path === path) await Queue.remove(each.id);
  }
  if (!await Queue.add(reader, { path, fields, at: Date.now() })) return away('sent');
  self.registration.sync?.register('deeds').catch(() => {});
  if (isPage) return Response.redirect(path, 303);
  const told = { number: Number(fields.base || 0), saved: '', kept: 'mark' in fields, message: kept.course.waits, waits: true, over: false };
  return new Response(JSON.stringify(told), { headers: { 'Content-Type': 'application/json' } });
}

const toSend = async (reader) => (await Queue.list(reader)).filter((each) => !each.held);

let sending = null;
const send = () => {
  sending ||= sendAll().catch(() => {}).finally(() => { sending = null; });
  return sending;
};

/** The key and a fresh token of the reader of a kept course. */
async function greet(course) {
  const answer = await fetch(`${course.address}/offline/key`, { redirect: 'error', cache: 'no-store', headers: { Accept: 'application/json' } });
  const told = await answer.json();
  if (told.reader !== course.reader) throw new Error('another reader');
  await Queue.trust(told.reader, told.key);
  return told.token;
}

/** Send all that waits, in order, each until it has arrived. */
async function sendAll() {
  const courses = await Shelf.courses();
  if (!courses.length) return;
  const { reader } = courses[0];
  const isNew = !await Queue.keyOf(reader);
  let waiting = await toSend(reader);
  if (!isNew && !waiting.length) return;
  const token = await greet(courses[0]);
  waiting = await toSend(reader);
  for (const each of waiting) {
    const body = new FormData();
    body.set('csrf_token', token);
    for (const [name, value] of Object.entries(each.fields)) body.set(name, value);
    const answer = await fetch(each.path, { method: 'POST', body, redirect: 'manual', headers: { Accept: 'application/json' } });
    if (answer.status >= 500 || answer.status === 429) return;
    const told = answer.headers.get('Content-Type')?.startsWith('application/json') ? await answer.json() : null;
    await Queue.remove(each.id);
    // A note that was changed elsewhere stays here until its writer has looked at both.
    if (told?.theirs) await Queue.add(reader, { ...each, held: true });
    for (const page of await self.clients.matchAll()) page.postMessage({ sent: told?.theirs ? '' : each.path, body: told });
  }
}

self.addEventListener('sync', (event) => event.waitUntil(send()));
self.addEventListener('message', (event) => event.waitUntil(hear(event.data, event.ports[0])));

async function hear({ do: what, path }, port) {
  if (what === 'send') await send();
  const deeds = what === 'list' ? (await Queue.list(await Shelf.reader())).filter((each) => each.path === path) : [];
  for (const each of deeds) if (each.held) await Queue.remove(each.id);
  port?.postMessage({ deeds });
}

/** A page as it was kept, which says so. */
async function shown({ found, course }) {
  const at = new Date(found.headers.get('Date') || course.at);
  const isToday = at.toDateString() === new Date().toDateString();
  const day = isToday ? {} : { day: 'numeric', month: 'long' };
  // Digits as everywhere on the site.
  const written = new Intl.DateTimeFormat(`${course.language}-u-nu-latn`, { ...day, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
  const notice = course.notice.replace('{time}', `<time datetime="${at.toISOString()}">${written}</time>`);
  const waits = (await Queue.list(course.reader)).length ? course.waiting : '';
  const text = await found.text();
  return page(text.replace('<main id="main" tabindex="-1">', (main) => main + notice + waits), found.headers);
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
