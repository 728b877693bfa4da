'use strict';
// Answers for the site where the link does not. Pages come from the site while it answers in time,
// and as they were kept where it does not; files whose address names their content come from what
// is kept. Nothing is kept here that its reader did not ask for, and no answer to what was sent.

importScripts('/static/js/written.js', '/static/js/offline/shelf.js', '/static/js/offline/queue.js', '/static/js/offline/zip.js', '/static/js/offline/outbox.js');

const PATIENCE = 4000;
// So long after the last save of a notebook is its page kept anew.
const QUIET = 5000;
const AWAY = '/offline';
const later = (wait) => new Promise((done) => { setTimeout(done, wait, null); });
// Deeds that may be sent again without being done again: done, note, bookmark, answers of a quiz.
const DEEDS = /^\/learn\/[^/]+\/(lessons\/[^/]+(\/note|\/bookmarks)?|quizzes\/[^/]+\/attempts\/\d+\/answers)$/;
// Of these the last one says all.
const WHOLE = /\/(note|answers)$/;
// What is handed in: a notebook under the name that its page gave the deed, and a quiz, which is
// handed in once whatever is sent.
const NOTEBOOK = /^\/learn\/[^/]+\/assignments\/[^/]+\/(notebook|notebooks\/[^/]+)\/done$/;
const QUIZ = /^\/learn\/[^/]+\/quizzes\/[^/]+\/attempts\/\d+$/;
// What stands in the page of an attempt that may be handed in later.
const WITHOUT_LIMIT = 'name="kept_as"';
// What stands in the lines of deeds leads here, and never to the site. The name in it is known to
// nobody who was not shown the line, so that no other site can send to it.
const LINE = /^\/offline\/deeds\/([0-9a-f-]{36})(\/download|\/again|\/removal)$/;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (LINE.test(address.pathname)) {
    event.respondWith(act(...LINE.exec(address.pathname).slice(1)));
  } else if (request.method === 'POST') {
    if (address.pathname === '/account/sign-out') event.respondWith(leave(request));
    else if (address.pathname === '/account/deletion') event.respondWith(vanish(request));
    else if (NOTEBOOK.test(address.pathname)) event.respondWith(handIn(event, request, address.pathname));
    else if (QUIZ.test(address.pathname)) event.respondWith(finish(request, address.pathname));
    else if (DEEDS.test(address.pathname)) event.respondWith(deed(request, address.pathname));
    else if (address.pathname.endsWith('/draft')) event.waitUntil(renew(address.pathname.slice(0, -'/draft'.length)));
    else if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => away('sent')));
  } else if (request.method !== 'GET' || request.headers.has('Range')) {
    // A video in parts is not for us.
  } else if (request.mode === 'navigate') {
    event.respondWith(turnTo(event, address));
  } else if (/^\/(static|practice)\//.test(address.pathname) || (address.pathname.startsWith('/versions/') && request.destination === 'image')) {
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
  if (/^\/(static\/v-|versions\/|practice\/)/.test(address.pathname)) {
    const found = await caches.match(request.url);
    if (found) return found;
  }
  try {
    return await fetch(request);
  } catch (error) {
    // What an earlier release kept has its state after a question mark, where it has any.
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
  if (!kept) {
    if (address.pathname === '/account/sign-in') return asked.then(invite, () => away('page'));
    return asked.then((answer) => seen(answer, address), () => away('page'));
  }
  const answer = await Promise.race([asked, later(PATIENCE)]).catch(() => null);
  if (!answer || answer.status >= 502) return shown(kept);
  return answer.status === 200 ? withLines(await seen(answer, address), kept.course) : answer;
}

const MAIN = '<main id="main" tabindex="-1">';
const above = (text, html) => text.replace(MAIN, () => MAIN + html);

/** A fresh page with the lines of what was handed in, if there are any. */
async function withLines(answer, course) {
  const lines = Outbox.html(await Queue.list(course.reader), course);
  return lines ? page(above(await answer.text(), lines), answer.headers) : answer;
}

/** Whoever looks at what they handed in needs no line about it any more. */
async function seen(answer, { pathname }) {
  if (answer.status !== 200) return answer;
  for (const each of await Queue.list(await Shelf.reader())) {
    if (each.held && each.address === pathname) await Queue.remove(each.id);
  }
  return answer;
}

/** The page of signing in says that something waits, and not what or whose. */
async function invite(answer) {
  const [course] = (await Shelf.all()).filter((each) => each.outbox);
  if (!course || answer.status !== 200 || !await Queue.waits()) return answer;
  return page(above(await answer.text(), course.outbox.signIn), answer.headers);
}

/** Who is signed in, and the newest state of a page that is kept. */
async function learn(answer, address, kept) {
  const tag = answer.headers.get('Jazari-Reader');
  if (!tag) return;
  await Shelf.met(tag);
  const course = kept ? kept.course : await begun(answer, address);
  if (course && course.reader === tag && answer.status === 200 && !address.search) {
    const cache = await caches.open(course.cache);
    await cache.put(address.pathname, answer);
  }
  if ((await Shelf.courses()).length) await send();
}

/** The kept course of an attempt that was begun since; one with a time limit is for the site alone. */
async function begun(answer, { pathname }) {
  if (!QUIZ.test(pathname) || !(await answer.clone().text()).includes(WITHOUT_LIMIT)) return null;
  const kept = await Shelf.page(homeOf(pathname));
  if (!kept) return null;
  // The page of the quiz leads back to it.
  renew(pathname.replace(/\/attempts\/\d+$/, ''));
  return kept.course;
}

// ---- what is done without a link ----

const homeOf = (path) => path.split('/').slice(0, 3).join('/');

/** Send a deed, or keep it until it can be sent; none overtakes those before it. */
async function deed(request, path) {
  const kept = await Shelf.page(homeOf(path));
  if (!kept) return fetch(request).catch(() => away('sent'));
  const { reader } = kept.course;
  const fields = await told(request);
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
  const { base, mark } = Object.fromEntries(fields);
  return json({ number: Number(base || 0), saved: '', kept: mark !== undefined, message: kept.course.waits, waits: true, over: false });
}

const json = (value) => new Response(JSON.stringify(value), { headers: { 'Content-Type': 'application/json' } });

/** What a form sends, in order and as often as it is sent; a file is its text and is marked. */
async function told(request) {
  const fields = [...(await request.clone().formData())].filter(([name]) => name !== 'csrf_token');
  return Promise.all(fields.map(async ([name, value]) => (typeof value === 'string' ? [name, value] : [name, await value.text(), true])));
}

// ---- handing in ----

/** Keep a notebook that is handed in before anything is sent: what is cut off can be sent again. */
async function handIn(event, request, path) {
  const kept = await Shelf.page(homeOf(path));
  if (!kept) return fetch(request).catch(() => away('sent'));
  const { reader } = kept.course;
  const fields = await told(request);
  const { deed: name, done, title } = Object.fromEntries(fields);
  if (!await Queue.add(reader, { path, fields, deed: name, title, at: Number(done) })) return fetch(request).catch(() => away('sent'));
  const sending = send();
  event.waitUntil(sending);
  await Promise.race([sending, later(PATIENCE)]);
  const each = (await Queue.list(reader)).find((one) => one.deed === name);
  if (each?.state === 'sent') await Queue.remove(each.id);
  if (each?.held) return json({ submission: each.address, refused: each.reason });
  self.registration.sync?.register('deeds').catch(() => {});
  return json({ waits: true });
}

/** Send the answers of a quiz, or keep them; one with a time limit is for the site alone. */
async function finish(request, path) {
  const kept = await Shelf.page(homeOf(path));
  const fields = kept ? await told(request) : [];
  const { kept_as: title } = Object.fromEntries(fields);
  if (!title) return fetch(request).catch(() => away('sent'));
  const { reader } = kept.course;
  await Promise.race([send(), later(PATIENCE)]);
  if (!(await toSend(reader)).length) {
    const answer = await Promise.race([fetch(request), later(PATIENCE)]).catch(() => null);
    if (answer && answer.status < 500) return answer;
  }
  if (!await Queue.add(reader, { path, fields, deed: crypto.randomUUID(), title, at: Date.now() })) return away('sent');
  self.registration.sync?.register('deeds').catch(() => {});
  return Response.redirect(homeOf(path), 303);
}

/** What a line of a deed offers: its notebook, to send it again, to remove the line. */
async function act(name, what) {
  const reader = await Shelf.reader();
  const each = (await Queue.list(reader)).find((one) => one.deed === name);
  if (what === '/download') return (each && Outbox.notebook(each)) || away('page');
  if (each && what === '/removal' && each.held) await Queue.remove(each.id);
  if (each && what === '/again' && each.state === 'refused') {
    await Queue.add(reader, { ...each, held: false, state: '' });
    await Promise.race([send(), later(PATIENCE)]);
  }
  return Response.redirect(each ? homeOf(each.path) : '/home', 303);
}

/** What became of something handed in: the deed as it is kept from now on; null to try again. */
async function outcome(each, answer, body, course) {
  const sent = (address) => ({ ...each, held: true, state: 'sent', address, fields: [] });
  if (NOTEBOOK.test(each.path)) {
    if (body?.submission) return sent(body.submission);
    // The form token may have grown old, or the session ended: that is no word about the work.
    const isFinal = body?.refused || answer.status === 404 || answer.status === 413;
    return isFinal ? { ...each, held: true, state: 'refused', reason: body?.refused || body?.message || '' } : null;
  }
  if (answer.status === 422) return { ...each, held: true, state: 'unanswered', address: each.path, fields: [] };
  if (answer.type !== 'opaqueredirect') return { ...each, held: true, state: 'refused', reason: body?.message || '' };
  await greet(course); // Else it led to where people sign in.
  return sent(each.path);
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
  for (;;) {
    // Looked up anew each time: what is handed in meanwhile goes, too.
    const [each] = await toSend(reader);
    if (!each) return;
    const body = new FormData();
    body.set('csrf_token', token);
    const fields = Array.isArray(each.fields) ? each.fields : Object.entries(each.fields);
    for (const [name, value, isFile] of fields) body.append(name, isFile ? new Blob([value], { type: 'application/json' }) : value);
    const answer = await fetch(each.path, { method: 'POST', body, redirect: 'manual', headers: { Accept: 'application/json' } });
    if (answer.status >= 500 || answer.status === 429) return;
    const told = answer.headers.get('Content-Type')?.startsWith('application/json') ? await answer.json() : null;
    if (each.deed) {
      const found = await outcome(each, answer, told, courses[0]);
      if (!found) return;
      await Queue.add(reader, found);
      for (const page of await self.clients.matchAll()) page.postMessage({ deed: each.deed, submission: found.address, refused: found.reason });
      continue;
    }
    await Queue.remove(each.id);
    // A note that was changed elsewhere stays here until its writer has looked at both.
    if (told?.theirs) await Queue.add(reader, { ...each, id: undefined, held: true });
    for (const page of await self.clients.matchAll()) page.postMessage({ sent: told?.theirs ? '' : each.path, body: told });
  }
}

self.addEventListener('sync', (event) => event.waitUntil(send()));
self.addEventListener('message', (event) => event.waitUntil(hear(event.data, event.ports[0])));

async function hear({ do: what, path }, port) {
  if (what === 'send') await send();
  const found = what === 'list' ? (await Queue.list(await Shelf.reader())).filter((each) => each.path === path) : [];
  for (const each of found) if (each.held) await Queue.remove(each.id);
  const waits = (await toSend(await Shelf.reader())).length;
  port?.postMessage({ waits, deeds: found.map((each) => ({ ...each, fields: Array.isArray(each.fields) ? Object.fromEntries(each.fields) : each.fields })) });
}

/** A page as it was kept, which says so. */
async function shown({ found, course }) {
  const at = new Date(found.headers.get('Date') || course.at);
  const notice = course.notice.replace('{time}', Outbox.written(at, course.language));
  const deeds = await Queue.list(course.reader);
  const waits = deeds.length > Outbox.named(deeds).length ? course.waiting : '';
  return page(above(await found.text(), notice + waits + Outbox.html(deeds, course)), found.headers);
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
