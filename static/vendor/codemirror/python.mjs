// How Python reads, for the notebook page: a script of its own, because what a slow phone does in
// one go it cannot be interrupted in. It shares codemirror.js.
export { pythonLanguage } from '@codemirror/lang-python';
