// What the notebook page takes of CodeMirror to show and edit cells, fetched at once. What is
// only used later is late.mjs, which shares this file: so that there is one editor and not two,
// all that it needs is named here as well. `make vendor` builds both.
export {
  Annotation, CharCategory, Compartment, EditorSelection, EditorState, Facet, MapMode, Prec,
  RangeSet, RangeSetBuilder, RangeValue, StateEffect, StateField, Text, Transaction, codePointAt,
  codePointSize, combineConfig, findClusterBreak, fromCodePoint,
} from '@codemirror/state';
export {
  Decoration, Direction, EditorView, ViewPlugin, WidgetType, drawSelection, getDialog, getPanel,
  getTooltip, keymap, lineNumbers, logException, runScopeHandlers, showDialog, showPanel,
  showTooltip,
} from '@codemirror/view';
export {
  defaultKeymap, history, historyKeymap, indentMore, indentLess, toggleComment,
} from '@codemirror/commands';
export {
  HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting, syntaxTree,
} from '@codemirror/language';
export { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
export { pythonLanguage } from '@codemirror/lang-python';
export { tags } from '@lezer/highlight';
