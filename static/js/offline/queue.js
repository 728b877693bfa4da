'use strict';
// What was done without a link, in order, until the site has it. It lies sealed on the device: the
// key comes from the site, cannot be read out of the browser, and goes when its owner signs out.

self.Queue = (() => {
  const wait = (asked) => new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });

  const opened = () => {
    const asked = indexedDB.open('jazari-deeds', 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('deeds', { keyPath: 'id', autoIncrement: true });
      asked.result.createObjectStore('keys');
    };
    return wait(asked);
  };

  async function act(store, mode, action) {
    const database = await opened();
    try {
      return await wait(action(database.transaction(store, mode).objectStore(store)));
    } finally {
      database.close();
    }
  }

  const keyOf = (reader) => act('keys', 'readonly', (keys) => keys.get(reader));

  /** Take the masked key of a reader, as pages of theirs carry it. */
  async function trust(reader, masked) {
    const bytes = Uint8Array.from(atob(masked), (sign) => sign.charCodeAt(0));
    const half = bytes.length / 2;
    const raw = bytes.slice(0, half).map((byte, place) => byte ^ bytes[half + place]);
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
    await act('keys', 'readwrite', (keys) => keys.put(key, reader));
  }

  const forgetKeys = () => act('keys', 'readwrite', (keys) => keys.clear());

  /** Put a deed at the end, or in its own place if it has one; true when it is kept. */
  async function add(reader, { id, ...deed }) {
    const key = await keyOf(reader);
    if (!key) return false;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(deed));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, text);
    const entry = { reader, iv, sealed, waits: Boolean(deed.deed) && !deed.held, ...(id ? { id } : {}) };
    await act('deeds', 'readwrite', (deeds) => deeds.put(entry));
    return true;
  }

  /** Whether anything that was handed in waits here, whoever's. */
  const waits = async () => (await act('deeds', 'readonly', (deeds) => deeds.getAll())).some((each) => each.waits);

  /** The deeds of a reader that can be read, in order. */
  async function list(reader) {
    const key = reader && await keyOf(reader);
    if (!key) return [];
    const found = [];
    for (const { id, reader: whose, iv, sealed } of await act('deeds', 'readonly', (deeds) => deeds.getAll())) {
      if (whose !== reader) continue;
      const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed);
      found.push({ ...JSON.parse(new TextDecoder().decode(text)), id });
    }
    return found;
  }

  const remove = (id) => act('deeds', 'readwrite', (deeds) => deeds.delete(id));

  return { trust, keyOf, forgetKeys, add, waits, list, remove };
})();
