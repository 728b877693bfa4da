'use strict';
// "Keep on this device": fetches a course page by page into a new cache, which replaces the one
// before it when it is whole. The panel stays hidden in browsers that cannot keep anything.

const panel = document.querySelector('[data-keep]');
const canKeep = 'serviceWorker' in navigator && 'caches' in window && window.isSecureContext;

class Keeping {
  constructor(root) {
    this.root = root;
    this.id = root.dataset.course;
    this.says = root.querySelector('[data-says]');
    this.bar = root.querySelector('progress');
    this.practice = root.querySelector('[data-practice]');
    this.box = this.practice.querySelector('input');
    this.buttons = Object.fromEntries([...root.querySelectorAll('button[data-do]')].map((each) => [each.dataset.do, each]));
    for (const [name, button] of Object.entries(this.buttons)) button.addEventListener('click', () => this[name]());
    root.hidden = false;
    this.start();
  }

  word(name, values = {}) {
    return (this.root.dataset[name] || '').replace(/\{(\w+)\}/g, (_, each) => values[each] ?? '');
  }

  say(sentence) { this.says.textContent = sentence; }

  /** Offer to keep Python too, where the site has it to give. */
  choose({ practice }) {
    this.practice.hidden = !practice;
    const label = this.practice.querySelector('[data-label]');
    if (practice) label.textContent = label.dataset.label.replace('{size}', this.size(practice.bytes));
  }

  /** The plan with Python where that was asked for; other files of it are another state. */
  whole(plan) {
    const { practice } = plan;
    if (!practice || !this.box.checked) return plan;
    return {
      ...plan, version: `${plan.version} ${practice.files[0]}`, bytes: plan.bytes + practice.bytes,
      pages: [...plan.pages, practice.page], files: [...plan.files, ...practice.files],
    };
  }

  /** Show these buttons and no others. */
  offer(...names) {
    for (const [name, button] of Object.entries(this.buttons)) button.hidden = !names.includes(name);
  }

  size(bytes) {
    return Written.number(Math.max(0.1, bytes / 1e6), document.documentElement.lang);
  }

  time(at) {
    return Written.moment(new Date(at), document.documentElement.lang);
  }

  async start() {
    const kept = (await Shelf.all()).find((each) => each.id === this.id && each.reader === this.root.dataset.reader);
    if (!kept) {
      this.offer('look');
      return;
    }
    this.say(this.word('kept', { time: this.time(kept.at), size: this.size(kept.bytes) }));
    this.offer('remove');
    await navigator.serviceWorker.register(this.root.dataset.worker, { scope: '/', updateViaCache: 'none' }).catch(() => {});
    const told = await this.plan();
    if (!told) return;
    this.box.checked = kept.version.includes(' ');
    const plan = this.whole(told);
    if (plan.version === kept.version) return;
    this.choose(told);
    this.say(this.word('newer', { time: this.time(kept.at), size: this.size(plan.bytes) }));
    this.offer('keep', 'remove');
  }

  async plan() {
    try {
      const answer = await fetch(this.root.dataset.keep, { headers: { Accept: 'application/json' }, cache: 'no-store', redirect: 'error' });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /** Say how much it takes before anything is fetched. */
  async look() {
    this.planned = await this.plan();
    if (!this.planned) {
      this.say(this.word('failed'));
      return;
    }
    this.say(this.word('takes', { size: this.size(this.planned.bytes) }));
    this.choose(this.planned);
    this.offer('keep');
    this.buttons.keep.focus();
  }

  async keep() {
    const told = this.planned || await this.plan();
    if (!told) {
      this.say(this.word('failed'));
      return;
    }
    const plan = this.whole(told);
    this.practice.hidden = true;
    const name = Shelf.newCache(this.id);
    this.offer();
    this.bar.hidden = false;
    try {
      const bytes = await this.fetchAll(plan, await caches.open(name));
      await navigator.serviceWorker.register(this.root.dataset.worker, { scope: '/', updateViaCache: 'none' });
      await Shelf.met(plan.reader);
      await Shelf.keep({
        id: this.id, reader: plan.reader, cache: name, version: plan.version, title: plan.title, language: plan.language,
        address: location.pathname, notice: plan.notice, waiting: plan.waiting, waits: plan.waits, outbox: plan.outbox, at: Date.now(), bytes,
      });
      // Firefox asks its user, who may never answer: nothing waits for that.
      navigator.storage?.persist?.().catch(() => {});
      (await navigator.serviceWorker.ready).active.postMessage({ do: 'send' });
      await this.start();
      this.buttons.remove.focus();
    } catch (error) {
      await caches.delete(name);
      this.say(this.word(error?.name === 'QuotaExceededError' ? 'full' : 'failed'));
      this.offer('keep');
    }
    this.bar.hidden = true;
  }

  /** Fetch everything of a plan, four at a time; files that are here already are not fetched. */
  async fetchAll(plan, cache) {
    const waiting = [...plan.pages, ...plan.files];
    const total = waiting.length;
    let done = 0;
    let bytes = 0;
    const one = async (address) => {
      const isFile = plan.files.includes(address);
      const answer = (isFile && await caches.match(address))
        || await fetch(address, { credentials: 'same-origin', redirect: 'error', ...(isFile ? {} : { cache: 'no-store' }) });
      if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
      const tag = answer.headers.get('Jazari-Reader');
      if (tag && !plan.open.includes(address) && tag !== plan.reader) throw new Error('another reader');
      const { byteLength } = await answer.clone().arrayBuffer();
      bytes += byteLength;
      await cache.put(address, answer);
      done += 1;
      this.bar.value = done / total;
      this.say(this.word('keeping', { done, total }));
    };
    const lane = async () => { while (waiting.length) await one(waiting.shift()); };
    await Promise.all([lane(), lane(), lane(), lane()]);
    return bytes;
  }

  async remove() {
    const kept = (await Shelf.all()).filter((each) => each.id === this.id);
    await Promise.all(kept.map((each) => Shelf.remove(each)));
    if (!(await Shelf.all()).length) {
      const found = await navigator.serviceWorker.getRegistration('/');
      await found?.unregister();
      await Shelf.clear();
    }
    this.planned = null;
    this.say(this.word('removed'));
    this.offer('look');
    this.buttons.look.focus();
  }
}

if (panel && canKeep) new Keeping(panel);
