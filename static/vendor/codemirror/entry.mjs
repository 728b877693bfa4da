// What the notebook page takes of CodeMirror, in one file. `make vendor` builds it.
export { EditorState, Prec } from '@codemirror/state';
export { EditorView, keymap, drawSelection } from '@codemirror/view';
export {
  defaultKeymap, history, historyKeymap, indentMore, indentLess, toggleComment,
} from '@codemirror/commands';
export {
  bracketMatching, indentOnInput, indentUnit, syntaxHighlighting, HighlightStyle,
} from '@codemirror/language';
export {
  acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionStatus,
  startCompletion,
} from '@codemirror/autocomplete';
export { search, searchKeymap, openSearchPanel } from '@codemirror/search';
export { python } from '@codemirror/lang-python';
export { tags } from '@lezer/highlight';
