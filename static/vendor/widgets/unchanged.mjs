// In the place of a library that takes scripts out of HTML: the frame in which widgets are drawn may
// run whatever a learner's code writes there, and reaches nothing. It would be a third of all bytes.
export default (html) => html;
