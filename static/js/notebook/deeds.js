// What is done in a notebook besides running and walking through it: fetched once its first cell
// can be run. Each deed is called with the cell that it is for.

import { fetchLate } from './cell.js';
import { Finding } from './finding.js';
import { Headings } from './headings.js';
import { open } from './palette.js';
import { Several } from './several.js';

const LINES = 'jazari-line-numbers';

/** The deeds by name; `desk` hands over the book, saving, words and what main.js does itself. */
export function deeds(desk) {
  const { book, say, speak, act } = desk;
  const several = new Several(book, (name, values) => speak(say(name, values)));
  const headings = new Headings(book, speak);
  let finding = null;
  const seldom = () => import('./versions.js');
  const levels = [1, 2, 3, 4, 5, 6].map((level) => [level, () => several.become('markdown', level)]);
  const findAgain = (way) => () => (finding && !finding.bar.hidden ? finding[way]() : (finding ||= new Finding(desk)).open());

  const allLines = (shown) => {
    book.lines = shown;
    book.cells.forEach((cell) => cell.showLines(shown));
  };
  // Kept on this device, as a habit of whoever uses it; nothing of the work is in it.
  if (localStorage.getItem(LINES)) allLines(true);
  fetchLate().then(() => book.cells.forEach((cell) => cell.refine()));

  return {
    ...Object.fromEntries(levels),
    practise: async () => {
      const { Practice } = await import('./practice.js');
      desk.practice ||= new Practice(desk, JSON.parse(document.getElementById('notebook').dataset.practice));
      return desk.practice.turn();
    },
    'extend-above': () => book.extend(book.beside(-1)),
    'extend-below': () => book.extend(book.beside(1)),
    'extend-first': () => book.extend(book.cells[0]),
    'extend-last': () => book.extend(book.cells.at(-1)),
    'select-all': () => { book.choose(book.cells[0]); book.extend(book.cells.at(-1)); },
    cut: () => several.cut(),
    copy: () => several.copy(),
    paste: () => several.paste(),
    'paste-above': () => several.paste(true),
    delete: () => several.remove(),
    undo: () => book.undo(),
    redo: () => book.undo(true),
    'to-text': () => several.become('markdown'),
    'to-code': () => several.become('code'),
    'to-raw': () => several.become('raw'),
    merge: () => several.merge(),
    'merge-above': () => several.merge(true),
    split: (cell) => book.split(cell),
    up: () => several.move(-1),
    down: () => several.move(1),
    find: () => (finding ||= new Finding(desk)).open(),
    'find-next': findAgain('next'),
    'find-previous': findAgain('previous'),
    fold: () => book.selected.filter(({ outputs }) => outputs.element.hasChildNodes()).forEach(({ outputs: { element } }) => {
      element.hidden = !element.hidden;
      speak(say(element.hidden ? 'folded' : 'unfolded'));
    }),
    'heading-above': () => headings.add(),
    'heading-below': () => headings.add(true),
    'close-heading': (cell) => headings.close(cell),
    'open-heading': (cell) => headings.open(cell),
    'close-headings': () => headings.closeAll(),
    'open-headings': () => headings.openAll(),
    whole: () => book.selected.forEach((cell) => cell.outputs.element.classList.toggle('nb-whole')),
    lines: () => book.selected.forEach((cell) => cell.showLines(!cell.lines)),
    'all-lines': () => {
      allLines(!book.lines);
      if (book.lines) localStorage.setItem(LINES, 'shown');
      else localStorage.removeItem(LINES);
    },
    clear: () => book.cells.forEach((cell) => {
      cell.outputs.clear();
      cell.says.replaceChildren();
      desk.kept?.note(cell);
    }),
    scroll: () => window.scrollBy({ top: window.innerHeight * 0.8 }),
    'scroll-up': () => window.scrollBy({ top: -window.innerHeight * 0.8 }),
    help: () => document.getElementById('nb-help').showModal(),
    palette: () => open(act, () => book.mark(book.chosen, true)),
    versions: async () => (await seldom()).list(desk),
  };
}
