'use strict';
// What of a site is kept on this device, and for whom: read by the pages and by the worker.
// Kept pages lie in one cache for each course. An index names the cache that is whole, and the
// reader who was signed in when the site answered last; to nobody else is anything shown.

self.Shelf = (() => {
  const INDEX = 'jazari-index';
  const PREFIX = 'jazari-course-';
  const READER = '/offline/reader';
  const COURSES = '/offline/courses/';
  // A session of the site ends after as long without a visit.
  const MOST_DAYS = 14;
  const DAY = 24 * 3600 * 1000;

  async function read(address) {
    // To open a cache makes one; here is only looked.
    const found = await caches.match(address, { cacheName: INDEX });
    return found ? found.json() : null;
  }

  async function write(address, value) {
    await (await caches.open(INDEX)).put(address, new Response(JSON.stringify(value), { headers: { 'Content-Type': 'application/json' } }));
  }

  /** All courses on this device, whoever's. */
  async function all() {
    if (!await caches.has(INDEX)) return [];
    const index = await caches.open(INDEX);
    const found = await index.matchAll();
    const values = await Promise.all(found.map((each) => each.json()));
    return values.filter((each) => each.cache);
  }

  /** Who may be shown what is theirs: the tag of the reader, or null. */
  async function reader() {
    const found = await read(READER);
    if (!found || found.tag === 'nobody' || Date.now() - found.at > MOST_DAYS * DAY) return null;
    return found.tag;
  }

  /** The courses that the present reader keeps. */
  async function courses() {
    const who = await reader();
    return who ? (await all()).filter((each) => each.reader === who) : [];
  }

  /** Note who the site has answered; what another account has kept goes. */
  async function met(tag) {
    const others = tag === 'nobody' ? [] : (await all()).filter((each) => each.reader !== tag);
    await Promise.all(others.map(remove));
    await write(READER, { tag, at: Date.now() });
  }

  async function remove(course) {
    await (await caches.open(INDEX)).delete(COURSES + course.id);
    await caches.delete(course.cache);
  }

  /** Forget everything, as when somebody signs out. */
  async function clear() {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name === INDEX || name.startsWith(PREFIX)).map((name) => caches.delete(name)));
  }

  /** Name a course's cache that has become whole; the one before it, and what was left half, go. */
  async function keep(course) {
    await write(COURSES + course.id, course);
    const used = (await all()).map((each) => each.cache);
    const names = await caches.keys();
    const left = names.filter((name) => name.startsWith(PREFIX) && !used.includes(name));
    await Promise.all(left.map((name) => caches.delete(name)));
  }

  /** A kept page of the present reader and its course, or null. */
  async function page(address) {
    for (const course of await courses()) {
      const found = await (await caches.open(course.cache)).match(address);
      if (found) return { found, course };
    }
    return null;
  }

  const newCache = (id) => `${PREFIX}${id}-${Date.now()}`;

  return { all, courses, reader, met, remove, clear, keep, page, newCache };
})();
