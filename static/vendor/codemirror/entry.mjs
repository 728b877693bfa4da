// What the notebook page takes of CodeMirror, in one file. `make vendor` builds it.
export { EditorState, Compartment, Prec } from '@codemirror/state';
export {
  EditorView, keymap, lineNumbers, drawSelection, highlightActiveLine, hoverTooltip, showTooltip,
} from '@codemirror/view';
export {
  defaultKeymap, history, historyKeymap, indentWithTab, undo, redo, toggleComment,
} from '@codemirror/commands';
export {
  bracketMatching, indentOnInput, indentUnit, syntaxHighlighting, HighlightStyle,
} from '@codemirror/language';
export { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, startCompletion } from '@codemirror/autocomplete';
export { search, searchKeymap, openSearchPanel } from '@codemirror/search';
export { python } from '@codemirror/lang-python';
export { tags } from '@lezer/highlight';
