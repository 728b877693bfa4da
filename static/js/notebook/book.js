// The cells of a notebook: their order, which one is chosen or written in.

import { indentLess, indentMore, toggleComment } from '../../vendor/codemirror/codemirror.js';
import { Cell, late, named, pythonCame } from './cell.js';
import { Presently } from './presently.js';

const MOST_DEEDS = 50;
const fresh = () => [...crypto.getRandomValues(new Uint8Array(6))].map((n) => n.toString(16).padStart(2, '0')).join('');

export class Book {
  /** `page` has words, html, frame and nonce; `on.changed` is called after every change. */
  constructor(root, told, page, kernel, on) {
    Object.assign(this, { root, page, kernel, on, mode: 'command', presently: new Presently(pythonCame) });
    this.past = [];
    this.future = [];
    const elements = new Map([...root.children].map((each) => [each.dataset.cell, each]));
    this.cells = told.map((each) => new Cell(each, elements.get(each.id), this));
    this.renumber();
    this.chosen = this.cells[0] || null;
    root.addEventListener('focusin', (event) => {
      const cell = this.cells.find((each) => each.element.contains(event.target));
      if (cell && cell !== this.chosen) this.choose(cell, false);
    });
    root.addEventListener('mousedown', (event) => {
      const cell = this.cells.find((each) => each.element.contains(event.target));
      if (!cell) return;
      if (cell.kind === 'code' && cell.sourceBox.contains(event.target)) cell.edit();
      if (event.shiftKey && !cell.sourceBox.contains(event.target)) {
        event.preventDefault();
        this.extend(cell);
      } else this.choose(cell, event.target === cell.element);
    });
    root.addEventListener('dblclick', (event) => {
      const cell = this.cells.find((each) => each.sourceBox.contains(event.target));
      if (cell && cell.kind !== 'code') this.write(cell);
    });
    if (this.chosen) this.choose(this.chosen, false);
  }

  read() { return this.cells.map(({ id, kind, source }) => ({ id, kind, source })); }

  changed() { this.on.changed(); }

  keys(cell) {
    const act = (name) => () => { this.on.act(name, cell); return true; };
    const leave = () => {
      this.leave();
      return true;
    };
    const runHere = () => act('run')() && leave();
    const at = (edge) => ({ state }) => {
      const { main } = state.selection;
      const line = state.doc.lineAt(main.head);
      const last = edge < 0 ? line.number === 1 : line.number === state.doc.lines;
      if (!main.empty || !last || late.completionStatus(state)) return false;
      return this.step(edge, true);
    };
    return [
      { key: 'Shift-Enter', run: act('run-on') }, { key: 'Ctrl-Enter', run: runHere }, { key: 'Mod-Enter', run: runHere },
      { key: 'Alt-Enter', run: act('run-insert') }, { key: 'Mod-s', run: act('save') },
      { key: 'Ctrl-Shift--', run: act('split') }, { key: 'Ctrl-Shift-_', run: act('split') },
      { key: 'Mod-Shift-c', run: act('palette') }, { key: 'Ctrl-Shift-f', run: act('palette') }, { key: 'Ctrl-Shift-p', run: act('palette') },
      { key: 'Mod-Shift-h', run: act('help') }, { key: 'Ctrl-m', run: leave },
      { key: 'Mod-/', run: toggleComment }, { key: 'Mod-]', run: indentMore }, { key: 'Mod-[', run: indentLess },
      { key: 'Shift-Tab', run: (view) => this.back(view, cell) },
      { key: 'Tab', run: (view) => this.tab(view, cell) },
      { key: 'ArrowUp', run: at(-1) }, { key: 'ArrowDown', run: at(1) },
      { key: 'Escape', run: (view) => {
        if (late.completionStatus(view.state) || view.dom.querySelector('.cm-search')) return false;
        return cell.tip() || leave();
      } },
    ];
  }

  tab(view, cell) {
    if (late.acceptCompletion(view)) return true;
    const { main } = view.state.selection;
    const before = view.state.doc.lineAt(main.head).text.slice(0, main.head - view.state.doc.lineAt(main.head).from);
    if (main.empty && cell.kind === 'code' && /[\w.]$/.test(before)) return late.startCompletion(view);
    if (!main.empty) return indentMore(view);
    view.dispatch(view.state.replaceSelection(' '.repeat(4 - (before.length % 4))));
    return true;
  }

  /** Explain what stands at the cursor; before the words of a line, or where some are chosen, indent less. */
  back(view, cell) {
    const { main } = view.state.selection;
    const line = view.state.doc.lineAt(main.head);
    if (!main.empty || /^\s+$/.test(line.text.slice(0, main.head - line.from))) return indentLess(view) || true;
    if (cell.kind === 'code') cell.inspect();
    return true;
  }

  focused(cell, has) {
    if (has) {
      this.choose(cell, false);
      this.mode = 'edit';
    } else if (this.chosen === cell && this.mode === 'edit') this.mode = 'command';
    cell.element.classList.toggle('nb-writing', has);
  }

  choose(cell, focus = true) {
    if (!cell) return false;
    this.anchor = cell;
    return this.mark(cell, focus);
  }

  /** Choose every cell from the one that was chosen first up to `cell`. */
  extend(cell) {
    if (!cell) return;
    this.mark(cell, true);
    if (this.selected.length > 1) this.on.say(named(this.page.words.selected, { count: this.selected.length }));
  }

  /** The cells that are chosen, in their order: most often one. */
  get selected() {
    const [one, other] = [this.place(this.anchor), this.place()].sort((a, b) => a - b);
    return this.cells.slice(one < 0 ? other : one, other + 1);
  }

  mark(cell, focus) {
    if (this.chosen && this.chosen !== cell) {
      this.chosen.element.classList.remove('nb-chosen');
      this.chosen.element.tabIndex = -1;
    }
    this.chosen = cell;
    if (cell.element.hidden) this.reveal(cell);
    const selected = this.selected;
    this.cells.forEach((each) => each.element.classList.toggle('nb-selected', selected.length > 1 && selected.includes(each)));
    cell.element.classList.add('nb-chosen');
    cell.element.tabIndex = 0;
    if (focus) {
      this.mode = 'command';
      cell.element.focus({ preventScroll: true });
      cell.element.scrollIntoView({ block: 'nearest' });
    }
    return true;
  }

  /** The cell above (-1) or below (1) the chosen one; those under a closed heading are passed over. */
  beside(by) {
    const place = this.place();
    const there = by < 0 ? this.cells.slice(0, place).reverse() : this.cells.slice(place + 1);
    return there.find((cell) => !cell.element.hidden);
  }

  /** Go one cell up or down; with `write`, into the editor of a cell that has one. */
  step(by, write = false) {
    const cell = this.beside(by);
    if (!cell) return false;
    if (write && cell.kind === 'code') cell.edit();
    if (write && cell.editor) {
      cell.editor.dispatch({ selection: { anchor: by < 0 ? cell.editor.state.doc.length : 0 } });
      return this.write(cell);
    }
    return this.choose(cell);
  }

  write(cell) {
    this.choose(cell, false);
    if (cell.fixed) {
      this.on.say(this.page.words.cannotChange);
      return this.choose(cell);
    }
    cell.edit();
    cell.element.classList.add('nb-writing');
    cell.editor.focus();
    return true;
  }

  leave() {
    this.chosen.element.classList.remove('nb-writing');
    this.choose(this.chosen);
  }

  insert(place, kind = 'code', source = '', id = fresh()) {
    const made = this.make({ id, kind, source });
    this.root.insertBefore(made.element, this.cells[place]?.element || null);
    this.cells.splice(place, 0, made);
    this.renumber();
    this.changed();
    if (kind !== 'code') made.render();
    return made;
  }

  make(told) {
    const template = document.getElementById(told.kind === 'code' ? 'code-cell' : 'markdown-cell');
    const element = template.content.firstElementChild.cloneNode(true);
    if (told.kind === 'raw') element.classList.replace('nb-markdown', 'nb-raw');
    const cell = new Cell(told, element, this);
    told.outputs?.forEach((output) => cell.outputs.add(output));
    return cell;
  }

  place(cell = this.chosen) { return this.cells.indexOf(cell); }

  take(cell) {
    cell.editor?.destroy();
    cell.element.remove();
    this.cells.splice(this.place(cell), 1);
  }

  /** Remember how the cells stand before a deed; `texts` are ids of those whose text it changes. */
  remember(texts = []) {
    this.past = [...this.past.slice(1 - MOST_DEEDS), this.moment(texts)];
    this.future = [];
  }

  moment(texts) {
    const cells = this.cells.map((each) => ({ ...each.told, outputs: each.outputs.list }));
    return { cells, texts, chosen: this.chosen?.id };
  }

  /** Take the last deed back, or with `again` do it again. What was typed since then stays. */
  undo(again = false) {
    const [from, to] = again ? [this.future, this.past] : [this.past, this.future];
    const last = from.pop();
    if (!last) return void this.on.say(this.page.words.nothingToUndo);
    to.push(this.moment(last.texts));
    const now = new Map(this.cells.map((each) => [each.id, each]));
    this.replace(last.cells.map((each) => (
      now.has(each.id) && !last.texts.includes(each.id) ? { ...each, source: now.get(each.id).source } : each
    )));
    this.choose(this.cells.find((each) => each.id === last.chosen) || this.cells[0]);
    this.changed();
    this.on.say(this.page.words[again ? 'redone' : 'undone']);
  }

  become(cell, kind) {
    if (cell.kept || cell.kind === kind) return cell;
    const place = this.place(cell);
    const { source, id } = cell;
    this.take(cell);
    return this.insert(place, kind, source, id);
  }

  split(cell) {
    if (cell.kind === 'code') cell.edit();
    if (!cell.editor) return;
    this.remember([cell.id]);
    const at = cell.editor.state.selection.main.head;
    const text = cell.source;
    const rest = this.insert(this.place(cell) + 1, cell.kind, text.slice(at).replace(/^\n/, ''));
    cell.source = text.slice(0, at).replace(/\n$/, '');
    this.write(rest);
  }

  /** Let the notebook consist of `told`; cells that stay keep their outputs. */
  replace(told) {
    const before = new Map(this.cells.map((each) => [each.id, each]));
    const other = [];
    const after = told.map((each) => {
      const known = before.get(each.id);
      if (!known || known.kind !== each.kind) {
        const duties = known ? { fixed: known.fixed, kept: known.kept, test: known.test, answer: known.answer } : {};
        other.push(this.make({ ...duties, ...each }));
        return other.at(-1);
      }
      before.delete(each.id);
      if (!known.fixed && known.source !== each.source) {
        known.source = each.source;
        other.push(known);
      }
      return known;
    });

    for (const cell of before.values()) {
      cell.editor?.destroy();
      cell.element.remove();
    }
    this.cells = after;
    after.forEach((cell, place) => {
      // An element that is put anywhere loses its focus and its frames: most stay where they are.
      const there = this.root.children[place];
      if (there !== cell.element) this.root.insertBefore(cell.element, there || null);
    });
    this.renumber();
    other.forEach((cell) => cell.render());
    this.choose(after[0], false);
  }

  renumber() {
    const { words } = this.page;
    this.cells.forEach((cell, place) => {
      if (cell.number === place + 1) return;
      cell.number = place + 1;
      cell.editor?.dispatch(); // Its name holds the number.
      cell.element.setAttribute('aria-label', named(words.cell, { number: place + 1 }));
      cell.outputs.element.setAttribute('aria-label', named(words.outputOf, { number: place + 1 }));
    });
    this.arranged?.();
  }
}
