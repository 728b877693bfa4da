// What the notebook page takes of CodeMirror once its first cell can be run: completion, finding.
export {
  acceptCompletion, autocompletion, completionStatus, startCompletion,
} from '@codemirror/autocomplete';
export { openSearchPanel, search, searchKeymap } from '@codemirror/search';
