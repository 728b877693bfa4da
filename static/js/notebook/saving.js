// Keeps the work: at once on this device (IndexedDB), soon after on the server. What the server
// has not confirmed stays on the device, and nothing is ever saved over what was not seen.

const SOON = 1500;
const AT_LEAST_EVERY = 10000;
const RETRY = 8000;

const DAY = 24 * 3600 * 1000;
const MOST_DAYS = 180;

/** The key in a page of this learner, which is kept nowhere on the device; null without https. */
async function keyOf(masked) {
  if (!globalThis.crypto?.subtle) return null;
  const bytes = Uint8Array.from(atob(masked), (sign) => sign.charCodeAt(0));
  const half = bytes.length / 2;
  const raw = bytes.slice(0, half).map((byte, place) => byte ^ bytes[half + place]);
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/**
 * The store on this device. Browsers that keep nothing make every promise of it null. What lies
 * in it can be read with the key of its learner only: others may use the same device.
 */
class Device {
  constructor(masked) {
    this.secret = keyOf(masked).catch(() => null);
    this.opened = new Promise((opened) => {
      try {
        const asked = indexedDB.open('jazari-notebooks', 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore('drafts', { keyPath: 'key' });
        asked.onsuccess = () => opened(asked.result);
        asked.onerror = () => opened(null);
      } catch { opened(null); }
    });
  }

  async act(mode, action) {
    const database = await this.opened;
    if (!database) return null;
    return new Promise((done) => {
      try {
        const change = database.transaction('drafts', mode);
        const asked = action(change.objectStore('drafts'));
        change.oncomplete = () => done(asked.result ?? true);
        change.onerror = change.onabort = () => done(null);
      } catch { done(null); }
    });
  }

  async keep(entry) {
    const sealed = await this.seal(entry);
    return this.act('readwrite', (store) => store.put(sealed));
  }

  forget(key) { return this.act('readwrite', (store) => store.delete(key)); }

  /** All that this learner can read. What nobody came back for in half a year goes. */
  async all() {
    const entries = await this.act('readonly', (store) => store.getAll());
    if (!Array.isArray(entries)) return [];
    entries.filter((entry) => entry.at < Date.now() - MOST_DAYS * DAY).forEach((entry) => this.forget(entry.key));
    return (await Promise.all(entries.map((entry) => this.unseal(entry)))).filter(Boolean);
  }

  async seal(entry) {
    const secret = await this.secret;
    if (!secret) return entry;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(entry));
    return { key: entry.key, at: entry.at, iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, secret, text) };
  }

  async unseal(entry) {
    if (!entry.sealed) return entry;
    try {
      const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: entry.iv }, await this.secret, entry.sealed);
      return JSON.parse(new TextDecoder().decode(text));
    } catch {
      return null; // Another learner's.
    }
  }
}

export class Saving {
  /**
   * `page` sends requests and knows the address; `read` gives the cells as they stand, `show`
   * is told how things are ('saved', 'saving', 'unsaved', 'kept', 'keptNowhere', 'signedOut'),
   * and `conflict` asks the learner, given what the server has: 'mine' or 'theirs'.
   */
  constructor(page, state, { read, show, conflict }) {
    Object.assign(this, { page, read, show, conflict });
    this.number = state.number;
    this.language = state.language;
    this.time = state.saved;
    this.changes = 0;
    this.device = new Device(page.keep);
    this.key = crypto.getRandomValues(new Uint32Array(2)).join('-');
    // A lock shows other tabs that the text kept under this key has somebody who sees to it.
    navigator.locks?.request(this.key, () => new Promise(() => {}));
    window.addEventListener('online', () => this.save());
    document.addEventListener('visibilitychange', () => { if (document.hidden) this.save(); });
    window.addEventListener('beforeunload', (event) => { if (this.dirty && !this.held) event.preventDefault(); });
    this.say();
  }

  get dirty() { return this.changes > 0; }

  say(how = this.dirty ? 'unsaved' : 'saved') { this.show(how, this.time); }

  /** Something was changed. */
  changed() {
    this.changes += 1;
    this.held = false;
    if (!this.saving) this.say('unsaved');
    this.first ||= Date.now();
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), 200);
    this.later(Date.now() - this.first > AT_LEAST_EVERY ? 0 : SOON);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** Keep the text on this device; `held` says that the newest is there. */
  async keep() {
    const at = this.changes;
    const entry = { key: this.key, here: this.page.here, base: this.number, language: this.language, cells: this.read(), at: Date.now() };
    const kept = await this.device.keep(entry);
    if (this.changes === at && this.dirty) this.held = kept !== null;
    return kept;
  }

  /** Save now what is not saved; true when the server has all that stands in the page. */
  async save() {
    if (!this.dirty || this.asking) return !this.dirty;
    if (this.saving) return this.saving.then(() => this.save());
    this.saving = this.attempt();
    try {
      await this.saving;
    } finally {
      this.saving = null;
    }
    return !this.dirty;
  }

  async attempt() {
    clearTimeout(this.timer);
    clearTimeout(this.keeping);
    const kept = this.keep();
    this.say('saving');
    const at = this.changes;
    this.first = 0;
    const answer = await this.page.save(this.number, this.language, this.read());
    this.answered = answer.status;
    if (answer.status === 200) {
      await this.confirmed(answer.body, at);
    } else if (answer.status === 409 && answer.body?.theirs) {
      await this.settle(answer.body.theirs);
    } else {
      await kept;
      this.say(this.trouble(answer));
      this.show.message?.(answer.body?.message);
      this.later(RETRY);
    }
  }

  trouble(answer) {
    if (answer.status === 0) return this.held ? 'kept' : 'keptNowhere';
    return answer.status === 303 ? 'signedOut' : 'unsaved';
  }

  async confirmed(told, at) {
    this.number = told.number;
    this.time = told.saved;
    if (this.changes === at) {
      this.changes = 0;
      await this.device.forget(this.key);
      if (this.changes) await this.keep();
    } else {
      this.keep();
      this.later(SOON);
    }
    this.say();
  }

  /** Another device was quicker: the learner chooses, and the other text is a version too. */
  async settle(theirs) {
    this.asking = true;
    this.say('unsaved');
    const choice = await this.conflict(theirs);
    this.asking = false;
    if (choice === 'theirs' && !(await this.giveWay(theirs))) return this.later(RETRY); // And ask again.
    if (choice === 'mine') this.number = theirs.number;
    this.later(0);
  }

  /** First save ours, with what is typed meanwhile, so that it is kept; then go on with theirs. */
  async giveWay(theirs) {
    let [base, at] = [theirs.number, null];
    while (at !== this.changes) {
      at = this.changes;
      const ours = await this.page.save(base, this.language, this.read());
      if (ours.status !== 200) return false;
      base = ours.body.number;
    }
    this.number = base;
    this.restore(theirs);
    return true;
  }

  /** Put the cells of another state into the page, in its language, as a change of ours. */
  restore({ cells, language }) {
    this.language = language;
    this.replace(cells);
    this.changed();
  }

  /** Text of an earlier visit that the server never had: the newest whose tab is gone. */
  async orphan() {
    const entries = await this.device.all();
    const held = navigator.locks ? (await navigator.locks.query()).held.map((lock) => lock.name) : [];
    const ours = entries.filter((each) => each.here === this.page.here);
    return ours.filter((each) => each.key !== this.key && !held.includes(each.key))
      .sort((one, other) => other.at - one.at)[0] || null;
  }

  /** Go on with text that was found on this device, as if it had just been typed. */
  async adopt(entry) {
    this.number = entry.base;
    this.language = entry.language;
    this.replace(entry.cells);
    this.changes += 1;
    await this.keep();
    await this.device.forget(entry.key);
    this.later(0);
  }
}
