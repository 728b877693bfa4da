// One cell of a notebook: its text, its editor while it has one, its outputs.

import {
  Compartment, Decoration, EditorState, EditorView, HighlightStyle, Prec, RangeSetBuilder, ViewPlugin,
  bracketMatching, closeBrackets, closeBracketsKeymap, defaultKeymap, drawSelection, history, historyKeymap,
  indentOnInput, indentUnit, keymap, lineNumbers, runScopeHandlers, syntaxHighlighting, tags,
} from '../../vendor/codemirror/codemirror.js';
import { Outputs, coloured } from './outputs.js';

// The classes are those with which the server colours code, so that nothing changes its look.
const COLOURS = HighlightStyle.define([
  { tag: [tags.comment], class: 'c' },
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], class: 'k' },
  { tag: [tags.bool, tags.null, tags.standard(tags.name)], class: 'nb' },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], class: 'nf' },
  { tag: [tags.string, tags.special(tags.string)], class: 's' },
  { tag: [tags.number], class: 'mi' },
  { tag: [tags.invalid], class: 'err' },
]);

// The phones of Apple enlarge the page where somebody writes in letters below 16 px.
const LOOK = EditorView.theme({
  '&': { fontSize: '1rem', backgroundColor: 'var(--sunk)', color: 'var(--ink)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5' },
  '.cm-content': { padding: '.75rem 0', minBlockSize: '2.75rem' },
  '.cm-line': { padding: '0 var(--beside, 1rem)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--muted)', border: 'none' },
  '.cm-cursor': { borderInlineStartColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'color-mix(in srgb, var(--brand) 25%, transparent) !important' },
  '.cm-panels, .cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--control)' },
  '.cm-panel button, .cm-panel input': { backgroundColor: 'var(--surface)', backgroundImage: 'none', color: 'var(--ink)', border: '1px solid var(--control)', minBlockSize: '2rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--brand)', color: 'var(--on-brand)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--brand-bg)', outline: '1px solid var(--brand)' },
});

// Where a line of code is too long for the screen, its rest stands further in than its beginning: a
// block is told by its indentation, and must not seem to end. Deeper lines hang like the last of these.
const STEPS = [0, 1, 2, 3, 4];
const HANGS = STEPS.map((step) => Decoration.line({ class: `nb-hang-${step}` }));
const HANG_LOOK = EditorView.theme(Object.fromEntries(STEPS.map((step) => [
  `.cm-line.nb-hang-${step}`, { paddingInlineStart: `calc(var(--beside, 1rem) + ${4 * step + 2}ch)`, textIndent: `-${4 * step + 2}ch` },
])));

function hanging({ state: { doc }, visibleRanges }) {
  const marks = new RangeSetBuilder();
  for (const { from, to } of visibleRanges) {
    for (let at = from; at <= to;) {
      const line = doc.lineAt(at);
      const step = Math.min(Math.floor(/^ */.exec(line.text)[0].length / 4), STEPS.length - 1);
      marks.add(line.from, line.from, HANGS[step]);
      at = line.to + 1;
    }
  }
  return marks.finish();
}

const HANGING = [HANG_LOOK, ViewPlugin.define((view) => ({
  marks: hanging(view),
  update({ docChanged, viewportChanged, view: now }) { if (docChanged || viewportChanged) this.marks = hanging(now); },
}), { decorations: ({ marks }) => marks })];

// Completing and finding come when the first cell can be run; until then there is neither.
const MORE = new Compartment();
const LINES = new Compartment();
export const late = { completionStatus: () => null, acceptCompletion: () => false, startCompletion: () => false };
export const fetchLate = async () => Object.assign(late, await import('../../vendor/codemirror/late.js'));

// How Python reads comes in a script, and so in a task, of its own: a slow phone is held up for less
// long at a time. A cell can be run before it comes; where it does not, editors do without colours.
const LANGUAGE = new Compartment();
let python = null;
export const pythonCame = import('../../vendor/codemirror/python.js')
  .then(({ pythonLanguage }) => { python = pythonLanguage; }, () => {});

const points = (text) => [...text].length;
const units = (text, count) => [...text].slice(0, count).join('').length;
export const named = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');

/** Show the controls in `root`, whose scripts are there now. */
export function bringToLife(root) {
  root.querySelectorAll('.nb-live').forEach((each) => {
    each.hidden = false;
    each.classList.remove('nb-awaited');
  });
}

export class Cell {
  constructor(told, element, book) {
    Object.assign(this, { element, book, number: 0 });
    this.tell(told);
    this.sourceBox = element.querySelector('.nb-source');
    this.outputs = new Outputs(element.querySelector('.nb-outputs'), book.page);
    this.outputs.element.tabIndex = 0; // It may scroll.
    this.outputs.element.setAttribute('role', 'group');
    this.says = element.querySelector('.nb-says');
    element.dataset.cell = this.id;
    this.lines = Boolean(book.lines);
    element.tabIndex = -1;
    bringToLife(element);
    if (this.kind === 'code' && !this.fixed) this.book.presently.add(this);
    else if (this.lines) this.showLines(true);
  }

  tell({ id, kind, source, fixed = false, kept = false, test = false, answer = false }) {
    Object.assign(this, { id, kind, text: source, fixed, kept, test, answer });
  }

  get told() {
    const { id, kind, source, fixed, kept, test, answer } = this;
    return { id, kind, source, fixed, kept, test, answer };
  }

  get source() { return this.editor ? this.editor.state.doc.toString() : this.text; }

  set source(text) {
    if (text === this.source) return;
    this.text = text;
    if (this.editor) this.editor.dispatch({ changes: { from: 0, to: this.editor.state.doc.length, insert: text } });
    else if (this.kind === 'code') this.edit();
  }

  /** Read the text as Python, which takes about as long as to show its editor then. */
  prepare() { this.prepared ??= this.state(); }

  /** Put an editor in the place of the text. */
  edit() {
    if (this.editor || this.fixed) return;
    this.sourceBox.replaceChildren();
    this.sourceBox.removeAttribute('tabindex');
    this.sourceBox.removeAttribute('role');
    this.sourceBox.removeAttribute('aria-label');
    const isReady = this.prepared?.doc.toString() === this.text;
    this.editor = new EditorView({ parent: this.sourceBox, state: isReady ? this.prepared : this.state() });
    this.prepared = null;
    this.editor.dom.addEventListener('keydown', (event) => this.enter(event), true);
    if (this.kind === 'code' && !python) pythonCame.then(() => this.colour());
  }

  /** On Android CodeMirror forgets what is held with Enter, so it is not left to it. */
  enter(event) {
    const held = event.shiftKey || event.ctrlKey || event.altKey || event.metaKey;
    if (event.key !== 'Enter' || !held || !runScopeHandlers(this.editor, event, 'editor')) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** What an editor of this cell begins with. */
  state() {
    const words = this.book.page.words;
    const isCode = this.kind === 'code';
    return EditorState.create({
      doc: this.text,
      extensions: [
        Prec.highest(keymap.of(this.book.keys(this))),
        history(), drawSelection(), indentOnInput(), bracketMatching(),
        LANGUAGE.of((isCode && python) || []), isCode ? [closeBrackets(), HANGING] : [],
        MORE.of(this.more()), LINES.of(this.lines ? lineNumbers() : []),
        indentUnit.of('    '), syntaxHighlighting(COLOURS), LOOK,
        EditorView.lineWrapping,
        EditorView.cspNonce.of(this.book.page.nonce),
        EditorState.phrases.of(words.phrases),
        EditorView.contentAttributes.of(() => ({
          'aria-label': named(isCode ? words.editor : words.textEditor, { number: this.number }),
          dir: isCode ? 'ltr' : 'auto', autocapitalize: 'off', autocorrect: 'off', spellcheck: String(!isCode),
        })),
        keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) {
            this.tip();
            this.book.changed();
          }
          if (update.focusChanged) this.book.focused(this, update.view.hasFocus);
        }),
      ],
    });
  }

  /** Give an editor that was there before it how Python reads. */
  colour() { if (python) this.editor?.dispatch({ effects: LANGUAGE.reconfigure(python) }); }

  more() {
    if (!late.search) return [];
    const completing = late.autocompletion({ override: [(at) => this.complete(at)], activateOnTyping: false });
    return [late.search({ top: true }), keymap.of(late.searchKeymap), this.kind === 'code' ? completing : []];
  }

  /** Give the editor what came after it. */
  refine() {
    this.prepared = null;
    this.editor?.dispatch({ effects: MORE.reconfigure(this.more()) });
  }

  /** Show or hide the numbers of the lines. */
  showLines(shown) {
    this.lines = shown;
    this.prepared = null;
    this.editor?.dispatch({ effects: LINES.reconfigure(shown ? lineNumbers() : []) });
    const pre = this.kind === 'code' && this.sourceBox.querySelector(':scope > pre');
    if (!pre) return;
    if (shown) pre.dataset.lines = this.text.replace(/\n$/, '').split('\n').map((_, place) => place + 1).join('\n');
    else delete pre.dataset.lines;
  }

  /** Show a text as it reads, without its editor. */
  async render() {
    if (this.kind === 'code') {
      if (this.fixed) this.sourceBox.querySelector('code').textContent = this.text;
      return;
    }
    this.text = this.source;
    const wasWritten = this.editor?.hasFocus;
    this.editor?.destroy();
    this.editor = null;
    if (wasWritten) this.book.leave(); // The focus would go with the editor.
    const html = this.kind !== 'raw' && this.text.trim() ? await this.book.page.html(this.text) : '';
    if (this.editor) return;
    if (html) this.sourceBox.innerHTML = html;
    else this.sourceBox.textContent = this.text.trim() ? this.text : this.book.page.words.emptyText;
  }

  /** Show what the kernel counts this run as. */
  count(shown) {
    const place = this.element.querySelector('.nb-count');
    if (place) place.textContent = shown;
  }

  async complete(context) {
    const code = context.state.doc.toString();
    const found = await this.book.kernel.ask('complete', code, points(code.slice(0, context.pos)));
    if (!found?.matches?.length) return null;
    return {
      from: units(code, found.start), to: units(code, found.end), filter: false,
      options: found.matches.map((label) => ({ label })),
    };
  }

  /** Explain what stands at the cursor, below the editor. */
  async inspect() {
    const code = this.source;
    const at = this.editor.state.selection.main.head;
    const found = await this.book.kernel.ask('inspect', code, points(code.slice(0, at)));
    this.tip(found?.found ? found.data['text/plain'] : '');
  }

  /** Show an explanation, or none any more; true where one stood there. */
  tip(text = '') {
    const before = this.element.querySelector('.nb-tip');
    before?.remove();
    if (!text) return Boolean(before);
    const pre = document.createElement('pre');
    pre.className = 'nb-tip';
    pre.dir = 'ltr';
    pre.tabIndex = 0;
    pre.append(coloured(text));
    this.sourceBox.after(pre);
    pre.scrollIntoView({ block: 'nearest' });
    return true;
  }
}
