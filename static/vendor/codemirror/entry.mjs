// What the notebook page takes of CodeMirror to show and edit cells, fetched at once. How Python
// reads is python.mjs, and what is only used later late.mjs. They share this file: so that there is
// one editor and not two, all that they need is named here as well. `make vendor` builds all three.
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
  HighlightStyle, LRLanguage, LanguageSupport, bracketMatching, delimitedIndent, foldInside,
  foldNodeProp, indentNodeProp, indentOnInput, indentUnit, syntaxHighlighting, syntaxTree,
} from '@codemirror/language';
export { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
export {
  DefaultBufferLength, IterMode, NodeProp, NodeSet, NodeType, NodeWeakMap, Parser, Tree,
} from '@lezer/common';
export { styleTags, tags } from '@lezer/highlight';
