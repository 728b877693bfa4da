// Finds a text in all cells of the notebook, and replaces it in those that may be changed.

const find = (id) => document.getElementById(id);

/** Every place in `text` where `wanted` begins, whatever their case. */
function places(text, wanted) {
  const [all, one] = [text.toLocaleLowerCase(), wanted.toLocaleLowerCase()];
  // A letter may change its length with its case; then its place could not be told.
  const exact = all.length !== text.length;
  const found = [];
  for (let at = 0; wanted;) {
    at = exact ? text.indexOf(wanted, at) : all.indexOf(one, at);
    if (at < 0) break;
    found.push(at);
    at += wanted.length;
  }
  return found;
}

/** The range of `length` signs from `at` in the text that `element` shows. */
function rangeIn(element, at, length) {
  const range = document.createRange();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let [passed, begun] = [0, false];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const end = passed + node.data.length;
    if (!begun && at < end) {
      range.setStart(node, at - passed);
      begun = true;
    }
    if (begun && at + length <= end) {
      range.setEnd(node, at + length - passed);
      return range;
    }
    passed = end;
  }
  return null;
}

export class Finding {
  constructor({ book, say, speak }) {
    Object.assign(this, { book, say, speak, now: null });
    this.bar = find('nb-find');
    this.field = find('nb-find-field');
    this.field.addEventListener('input', () => this.go(0));
    this.bar.addEventListener('keydown', (event) => this.key(event));
    this.bar.addEventListener('click', ({ target }) => {
      const deed = target.closest('[data-find]')?.dataset.find;
      if (deed) this[deed]();
    });
  }

  open() {
    this.bar.hidden = false;
    this.field.focus();
    this.field.select();
    this.go(0);
  }

  close() {
    this.bar.hidden = true;
    this.book.choose(this.book.chosen);
  }

  key(event) {
    if (event.key === 'Escape') this.close();
    else if (event.key === 'Enter' && event.target === this.field) this.go(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
  }

  /** Show or hide what replaces, where there is room for one of both. */
  turn() {
    const isShown = this.bar.classList.toggle('nb-replacing');
    this.bar.querySelector('[data-find=turn]').setAttribute('aria-expanded', isShown);
    if (isShown) find('nb-find-other').focus();
  }

  next() { this.go(1); }
  previous() { this.go(-1); }

  /** All matches in the order of the page: what cannot be written in is searched as it reads. */
  matches() {
    return this.book.cells.flatMap((cell) => {
      if (cell.kind === 'code') cell.edit();
      const written = Boolean(cell.editor);
      const text = written ? cell.source : cell.sourceBox.textContent;
      return places(text, this.field.value).map((at) => ({ cell, at, written }));
    });
  }

  /** Show the match that is `by` after the present one. */
  go(by) {
    const all = this.matches();
    const before = all.findIndex((one) => one.cell === this.now?.cell && one.at >= this.now.at);
    const start = before < 0 ? 0 : before + by;
    const match = all.length ? all[(start + all.length) % all.length] : null;
    this.now = match;
    const place = all.indexOf(match) + 1;
    const told = match ? this.say('foundAt', { place, count: all.length }) : this.say('foundNone');
    find('nb-find-count').textContent = this.field.value ? told : '';
    // WebKit goes on showing what is only taken out of the page's list.
    CSS.highlights?.get('nb-found')?.clear();
    if (match) this.show(match);
  }

  show({ cell, at, written }) {
    const { length } = this.field.value;
    this.book.choose(cell, false);
    if (written) {
      cell.editor.dispatch({ selection: { anchor: at, head: at + length }, scrollIntoView: true });
    } else {
      cell.sourceBox.closest('details')?.setAttribute('open', '');
      const range = rangeIn(cell.sourceBox, at, length);
      if (range) CSS.highlights?.set('nb-found', new Highlight(range));
    }
    cell.element.scrollIntoView({ block: 'nearest' });
  }

  /** Replace the present match, where it may be. */
  replace() {
    const match = this.now;
    if (!match) return;
    if (!match.written) return void this.speak(this.say('cannotChange'));
    this.put(match);
    this.now = { ...match, at: match.at + find('nb-find-other').value.length };
    this.go(0);
  }

  replaceAll() {
    const all = this.matches().filter((match) => match.written);
    [...all].reverse().forEach((match) => this.put(match)); // From the end: what is before keeps its place.
    this.now = null;
    this.go(0);
    find('nb-find-count').textContent = this.say('replaced', { count: all.length });
  }

  put({ cell, at }) {
    cell.editor.dispatch({ changes: { from: at, to: at + this.field.value.length, insert: find('nb-find-other').value } });
  }
}
