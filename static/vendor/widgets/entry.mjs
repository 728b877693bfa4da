// What the frame of an output takes of Jupyter's widgets. It is handed over as a text, so it exports
// nothing: notebook/manager.js, which stands after it, finds it here. `make vendor` builds it.
import * as base from '@jupyter-widgets/base';
import { ManagerBase } from '@jupyter-widgets/base-manager';
import * as controls from '@jupyter-widgets/controls';
import * as output from '@jupyter-widgets/output';
import { Widget } from '@lumino/widgets';

globalThis.jupyterWidgets = { ManagerBase, Widget, base, controls, output };
